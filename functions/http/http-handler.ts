import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import { renewPresence } from "../../shared/agent/renew-presence.ts";
import { takeRequest } from "../../shared/agent/request-limit.ts";
import type { Caller, TokenVerifier } from "../../shared/kernel/caller.ts";
import { TransientError } from "../../shared/kernel/errors.ts";
import type { Ports } from "../../shared/kernel/ports.ts";
import { describeError } from "../invocation/errors.ts";
import { type Problem, problem } from "./problem.ts";
import { commonHeaders, problemResponse } from "./problem-response.ts";
import { readRequest } from "./read-request.ts";
import { AGENTS, CONTENT_TYPES, type Route, type RouteResponse } from "./route.ts";

export interface HttpHandlerOptions {
  readonly tokenVerifier: TokenVerifier;
  /** Returns the ports for one invocation, some of which come with the invocation. */
  readonly portsFor: (context: InvocationContext) => Ports;
}

/**
 * Makes a route's handler for Azure Functions: authenticates the caller, checks the caller's roles, renews the presence of
 * an agent and serves the route.
 * It never throws, and never logs what a request contains.
 */
export const httpHandler =
  (route: Route, { tokenVerifier, portsFor }: HttpHandlerOptions): HttpHandler =>
  async (request, context) => {
    const ports = () => portsFor(context);
    const result = await serve(route, request, { tokenVerifier, ports }).catch((error: unknown) =>
      failure(route, error, context),
    );
    if ("problem" in result) return problemResponse(result, context.invocationId);
    if (result.warning !== undefined) context.warn(`${route.name}: ${result.warning}`);
    return successResponse(route, result, context.invocationId);
  };

interface ServeOptions {
  readonly tokenVerifier: TokenVerifier;
  readonly ports: () => Ports;
}

const serve = async (
  route: Route,
  request: HttpRequest,
  { tokenVerifier, ports }: ServeOptions,
): Promise<RouteResponse | Problem> => {
  if (route.roles === "public") {
    const caller = await identify(tokenVerifier, request).catch(anonymousWhileUnavailable);
    const raw = await readRequest(route, request);
    return "problem" in raw ? raw : route.serve(raw, ports(), caller);
  }
  const caller = await identify(tokenVerifier, request);
  if (!caller) return problem("unauthenticated");
  if (!route.roles.some((role) => caller.roles.includes(role))) return problem("forbidden");
  if (AGENTS.some((role) => caller.roles.includes(role))) await renewPresence(ports(), caller.agentId);
  const retryAfterSeconds = route.isLimited ? await takeRequest(ports(), caller.agentId) : 0;
  if (retryAfterSeconds > 0) return problem("too-many-requests", { retryAfterSeconds });
  const raw = await readRequest(route, request);
  return "problem" in raw ? raw : route.serve(raw, ports(), caller);
};

/** The form of a bearer token. Source: RFC 6750, 2.1; the scheme in any case by RFC 9110, 11.1. */
const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i;

const identify = async (tokenVerifier: TokenVerifier, request: HttpRequest): Promise<Caller | undefined> => {
  const [, token] = BEARER.exec(request.headers.get("authorization") ?? "") ?? [];
  return token === undefined ? undefined : tokenVerifier.verify(token);
};

/** Public routes stay up while the identity provider is unavailable. */
const anonymousWhileUnavailable = (error: unknown): undefined => {
  if (!(error instanceof TransientError)) throw error;
};

const failure = (route: Route, error: unknown, context: InvocationContext): Problem => {
  if (error instanceof TransientError) {
    context.warn(`${route.name}: ${describeError(error)}`);
    return problem("unavailable");
  }
  context.error(`${route.name} failed: ${describeError(error)}`);
  return problem("internal");
};

const successResponse = (
  { name, produces = "json" }: Route,
  { status, body, headers }: RouteResponse,
  correlationId: string,
): HttpResponseInit => ({
  status,
  headers: {
    ...headers,
    "content-type": CONTENT_TYPES[produces],
    ...(produces === "csv" && { "content-disposition": `attachment; filename="${name}.csv"` }),
    ...commonHeaders(correlationId),
  },
  ...(produces === "json" ? { jsonBody: body } : { body: String(body) }),
});
