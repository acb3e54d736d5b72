import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import { renewPresence } from "../../shared/agent/renew-presence.ts";
import { takeRequest } from "../../shared/agent/request-limit.ts";
import type { Caller, TokenVerifier } from "../../shared/kernel/caller.ts";
import { describeError, TransientError } from "../../shared/kernel/errors.ts";
import { conversationIdSchema } from "../../shared/kernel/ids.ts";
import type { Ports } from "../../shared/kernel/ports.ts";
import { logLevelOf } from "../invocation/errors.ts";
import { type Hop, startHop } from "../invocation/hop-log.ts";
import type { PerInvocation } from "../invocation/per-invocation.ts";
import { isNamedIn, weakETagOf } from "./etag.ts";
import { type Problem, problem } from "./problem.ts";
import { commonHeaders, problemResponse } from "./problem-response.ts";
import { readRequest } from "./read-request.ts";
import { AGENTS, CONTENT_TYPES, type RawRequest, type Route, type RouteResponse } from "./route.ts";

export interface HttpHandlerOptions {
  readonly tokenVerifier: TokenVerifier;
  readonly portsFor: PerInvocation<Ports>;
}

/**
 * Makes a route's handler for Azure Functions: authenticates the caller, checks the caller's roles, renews the presence of
 * an agent and serves the route.
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
    return route.isPolled
      ? polledResponse(request, result, context.invocationId)
      : successResponse(route, result, context.invocationId);
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
  const ports = portsFor(context);
  if (AGENTS.some((role) => caller.roles.includes(role))) await renewPresence(ports, caller.agentId);
  const retryAfterSeconds = route.isLimited ? await takeRequest(ports, caller.agentId) : 0;
  if (retryAfterSeconds > 0) return problem("too-many-requests", { retryAfterSeconds });
  const raw = await readRequest(route, request);
  if ("problem" in raw) return raw;
  const logHop = startHop(context, ports, { step: route.name });
  const response = await route.serve(raw, ports, caller);
  const hop = hopOf(route, raw, response);
  if (hop) logHop({ ...hop, agentId: caller.agentId });
  return response;
};

/** @returns undefined for a request that changed no conversation: it is no step of a text's way. */
const hopOf = (
  { method, path, isUnlogged }: Route,
  { params }: RawRequest,
  response: RouteResponse | Problem,
): Hop | undefined => {
  const isStep = method !== "GET" && path.startsWith("conversations/{id}/") && !isUnlogged;
  if ("problem" in response || !isStep) return undefined;
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
    context[logLevelOf(error)](`${route.name}: ${describeError(error)}`);
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

/** Shows what clients poll. A client that names the response's ETag in If-None-Match has the body already. */
const polledResponse = (
  request: HttpRequest,
  { status, body }: RouteResponse,
  correlationId: string,
): HttpResponseInit => {
  const json = JSON.stringify(body);
  const etag = weakETagOf(json);
  const headers = { ...commonHeaders(correlationId), "cache-control": "private, no-cache", etag };
  return isNamedIn(request.headers.get("if-none-match") ?? "", etag)
    ? { status: 304, headers }
    : { status, headers: { ...headers, "content-type": CONTENT_TYPES.json }, body: json };
};
