import type { HttpResponseInit } from "@azure/functions";
import { PROBLEMS, type Problem, type ProblemDocument, typeOf } from "./problem.ts";

/** When a client may retry after a store was unavailable, in seconds. */
const RETRY_AFTER_SECONDS = 2;

/** Writes a problem as a response. Source: RFC 9457. @param correlationId - the id of the invocation. */
export const problemResponse = ({ problem: name, extensions }: Problem, correlationId: string): HttpResponseInit => {
  const { status, title } = PROBLEMS[name];
  const retryAfter = name === "unavailable" ? RETRY_AFTER_SECONDS : extensions.retryAfterSeconds;
  const document: ProblemDocument = { type: typeOf(name), title, status, ...extensions, correlationId };
  return {
    status,
    headers: {
      "content-type": "application/problem+json",
      ...(name === "unauthenticated" && { "www-authenticate": "Bearer" }),
      ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }),
      ...commonHeaders(correlationId),
    },
    jsonBody: document,
  };
};

/** The headers by which a browser uses TLS only, and believes no other content type, in every response of the app. */
export const SECURITY_HEADERS = {
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  "x-content-type-options": "nosniff",
};

/** The headers of every response of the API. For callers that are browsers: it is data, and neither a page nor part of one. */
export const commonHeaders = (correlationId: string) => ({
  ...SECURITY_HEADERS,
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "x-correlation-id": correlationId,
});
