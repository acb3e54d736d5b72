import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import type { Caller, TokenVerifier } from "../../shared/kernel/caller.ts";
import { TransientError } from "../../shared/kernel/errors.ts";
import type { Ports } from "../../shared/kernel/ports.ts";
import { describeError } from "../describe-error.ts";
import { PROBLEMS, type Problem, type ProblemDocument, problem, typeOf } from "./problem.ts";
import { readRequest } from "./read-request.ts";
import { CONTENT_TYPES, type Route, type RouteResponse } from "./route.ts";

export interface HttpHandlerOptions {
  readonly tokenVerifier: TokenVerifier;
  /** What handlers use in one invocation: a part of it comes with the invocation. */
  readonly portsFor: (context: InvocationContext) => Ports;
}

/** How soon a client should ask again when a store was unavailable, in seconds. */
const RETRY_AFTER_SECONDS = 2;

/**
 * Makes a route's handler for Azure Functions: says who calls, whether the route is for them, and what came of it. It
 * never throws, and never logs what a request holds.
 */
export const httpHandler =
  (route: Route, options: HttpHandlerOptions): HttpHandler =>
  async (request, context) => {
    const answer = await serve(route, options, request, context).catch((error: unknown) =>
      failure(route, error, context),
    );
    if ("problem" in answer) return problemResponse(answer, context.invocationId);
    if (answer.warning !== undefined) context.warn(`${route.name}: ${answer.warning}`);
    return answerResponse(route, answer, context.invocationId);
  };

const serve = async (
  route: Route,
  { tokenVerifier, portsFor }: HttpHandlerOptions,
  request: HttpRequest,
  context: InvocationContext,
): Promise<RouteResponse | Problem> => {
  if (route.roles === "public") {
    const caller = await identify(tokenVerifier, request).catch(asStranger);
    const raw = await readRequest(route, request);
    return "problem" in raw ? raw : route.serve(raw, portsFor(context), caller);
  }
  const caller = await identify(tokenVerifier, request);
  if (!caller) return problem("unauthenticated");
  if (!route.roles.some((role) => caller.roles.includes(role))) return problem("forbidden");
  const raw = await readRequest(route, request);
  return "problem" in raw ? raw : route.serve(raw, portsFor(context), caller);
};

/** The form of a bearer token. Source: RFC 6750, 2.1; the scheme in any case by RFC 9110, 11.1. */
const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i;

const identify = async (tokenVerifier: TokenVerifier, request: HttpRequest): Promise<Caller | undefined> => {
  const [, token] = BEARER.exec(request.headers.get("authorization") ?? "") ?? [];
  return token === undefined ? undefined : tokenVerifier.verify(token);
};

/** What strangers may ask for does not depend on the identity provider. */
const asStranger = (error: unknown): undefined => {
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

const answerResponse = (
  { produces = "json" }: Route,
  answer: RouteResponse,
  correlationId: string,
): HttpResponseInit => {
  const headers = { ...answer.headers, "content-type": CONTENT_TYPES[produces] };
  if (produces === "json") return response(answer.status, answer.body, correlationId, headers);
  const { jsonBody, ...rest } = response(answer.status, answer.body, correlationId, headers);
  return { ...rest, body: String(jsonBody) };
};

const problemResponse = ({ problem: name, extensions }: Problem, correlationId: string): HttpResponseInit => {
  const { status, title } = PROBLEMS[name];
  const document: ProblemDocument = { type: typeOf(name), title, status, ...extensions, correlationId };
  return response(status, document, correlationId, {
    "content-type": "application/problem+json",
    ...(name === "unauthenticated" && { "www-authenticate": "Bearer" }),
    ...(name === "unavailable" && { "retry-after": String(RETRY_AFTER_SECONDS) }),
  });
};

const response = (
  status: number,
  jsonBody: unknown,
  correlationId: string,
  headers: Readonly<Record<string, string>>,
): HttpResponseInit => ({
  status,
  headers: { ...headers, "cache-control": "no-store", "x-correlation-id": correlationId },
  jsonBody,
});
