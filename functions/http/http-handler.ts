import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import type { Caller, TokenVerifier } from "../../shared/kernel/caller.ts";
import { TransientError } from "../../shared/kernel/errors.ts";
import { conversationIdSchema } from "../../shared/kernel/ids.ts";
import type { Ports } from "../../shared/kernel/ports.ts";
import { describeError } from "../describe-error.ts";
import { type Hop, startHop } from "../hop-log.ts";
import type { PerInvocation } from "../per-invocation.ts";
import { PROBLEMS, type Problem, type ProblemDocument, problem, typeOf } from "./problem.ts";
import { readRequest } from "./read-request.ts";
import { CONTENT_TYPES, type RawRequest, type Route, type RouteResponse } from "./route.ts";

export interface HttpHandlerOptions {
  readonly tokenVerifier: TokenVerifier;
  readonly portsFor: PerInvocation<Ports>;
}

/** When a client may retry after a store was unavailable, in seconds. */
const RETRY_AFTER_SECONDS = 2;

/**
 * Makes a route's handler for Azure Functions: authenticates the caller, checks the caller's roles and serves the route.
 * It never throws, and never logs what a request contains.
 */
export const httpHandler =
  (route: Route, { tokenVerifier, portsFor }: HttpHandlerOptions): HttpHandler =>
  async (request, context) => {
    const result = await serve(route, request, { tokenVerifier, portsFor, context }).catch((error: unknown) =>
      failure(route, error, context),
    );
    if ("problem" in result) return problemResponse(result, context.invocationId);
    if (result.warning !== undefined) context.warn(`${route.name}: ${result.warning}`);
    return successResponse(route, result, context.invocationId);
  };

interface ServeOptions extends HttpHandlerOptions {
  readonly context: InvocationContext;
}

const serve = async (
  route: Route,
  request: HttpRequest,
  { tokenVerifier, portsFor, context }: ServeOptions,
): Promise<RouteResponse | Problem> => {
  if (route.roles === "public") {
    const caller = await identify(tokenVerifier, request).catch(anonymousWhileUnavailable);
    const raw = await readRequest(route, request);
    return "problem" in raw ? raw : route.serve(raw, portsFor(context), caller);
  }
  const caller = await identify(tokenVerifier, request);
  if (!caller) return problem("unauthenticated");
  if (!route.roles.some((role) => caller.roles.includes(role))) return problem("forbidden");
  const raw = await readRequest(route, request);
  if ("problem" in raw) return raw;
  const ports = portsFor(context);
  const logHop = startHop(context, ports, { step: route.name });
  const response = await route.serve(raw, ports, caller);
  const hop = hopOf(route, raw, response);
  if (hop) logHop({ ...hop, agentId: caller.agentId });
  return response;
};

/** @returns undefined for a request that changed no conversation: it is no step of a text's way. */
const hopOf = ({ method, path }: Route, { params }: RawRequest, response: RouteResponse | Problem): Hop | undefined => {
  if ("problem" in response || method === "GET" || !path.startsWith("conversations/{id}/")) return undefined;
  const { status, messageId } = response;
  const conversationId = conversationIdSchema.parse(params.id);
  return { conversationId, ...(messageId !== undefined && { messageId }), outcome: String(status) };
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
  { produces = "json" }: Route,
  { status, body, headers }: RouteResponse,
  correlationId: string,
): HttpResponseInit => ({
  status,
  headers: { ...headers, "content-type": CONTENT_TYPES[produces], ...commonHeaders(correlationId) },
  ...(produces === "json" ? { jsonBody: body } : { body: String(body) }),
});

const problemResponse = ({ problem: name, extensions }: Problem, correlationId: string): HttpResponseInit => {
  const { status, title } = PROBLEMS[name];
  const document: ProblemDocument = { type: typeOf(name), title, status, ...extensions, correlationId };
  return {
    status,
    headers: {
      "content-type": "application/problem+json",
      ...(name === "unauthenticated" && { "www-authenticate": "Bearer" }),
      ...(name === "unavailable" && { "retry-after": String(RETRY_AFTER_SECONDS) }),
      ...commonHeaders(correlationId),
    },
    jsonBody: document,
  };
};

const commonHeaders = (correlationId: string) => ({ "cache-control": "no-store", "x-correlation-id": correlationId });
