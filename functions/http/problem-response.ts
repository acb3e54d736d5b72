import type { HttpResponseInit } from "@azure/functions";
import { PROBLEMS, type Problem, type ProblemDocument, typeOf } from "./problem.ts";

/** When a client may retry after a store was unavailable, in seconds. */
const RETRY_AFTER_SECONDS = 2;

/** Writes a problem as a response. Source: RFC 9457. @param correlationId - the id of the invocation. */
export const problemResponse = ({ problem: name, extensions }: Problem, correlationId: string): HttpResponseInit => {
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

/** The headers of every response. */
export const commonHeaders = (correlationId: string) => ({
  "cache-control": "no-store",
  "x-correlation-id": correlationId,
});
