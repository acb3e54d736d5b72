import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";

export interface CosmosResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A refusal in the form of Cosmos DB's errors. `code` is the name that goes with the status, such as NotFound. */
export const errorResponse = (
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): CosmosResponse => ({ status, headers, body: { code, message } });

/** The answer to a request that could not be carried out: 400 when it could not be parsed, else 500. */
export const exceptionResponse = (error: unknown): CosmosResponse => {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return name === "SyntaxError"
    ? errorResponse(400, "BadRequest", message)
    : errorResponse(500, "InternalServerError", message);
};

export const writeResponse = ({ status, headers, body }: CosmosResponse, outgoing: ServerResponse): void => {
  outgoing.writeHead(status, { "x-ms-activity-id": randomUUID(), ...headers, ...etagHeader(body), ...CONTENT_TYPE });
  outgoing.end(body === undefined ? undefined : JSON.stringify(body));
};

const CONTENT_TYPE = { "content-type": "application/json" };

const etagHeader = (body: unknown): { etag?: string } =>
  typeof body === "object" && body !== null && "_etag" in body ? { etag: String(body._etag) } : {};
