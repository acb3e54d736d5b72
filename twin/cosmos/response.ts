import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";

export interface CosmosResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The error codes that Cosmos DB sends with each status. Source: "HTTP status codes for Azure Cosmos DB". */
const ERROR_CODES = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  412: "PreconditionFailed",
  413: "RequestEntityTooLarge",
  429: "TooManyRequests",
  500: "InternalServerError",
  503: "ServiceUnavailable",
} as const;

export const okResponse = (body: unknown): CosmosResponse => ({ status: 200, headers: {}, body });

export const errorResponse = (
  status: keyof typeof ERROR_CODES,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): CosmosResponse => ({ status, headers, body: { code: ERROR_CODES[status], message } });

/** The database or container that the request addresses does not exist. */
export const ownerNotFound = (headers?: Readonly<Record<string, string>>): CosmosResponse =>
  errorResponse(404, "Owner resource does not exist", headers);

/** The partition has no document with the id. Clients other than `@azure/cosmos` require the code in the body. */
export const documentNotFound = (): CosmosResponse =>
  errorResponse(404, "Entity with the specified id does not exist in the system.");

/** The response to a request that threw: 400 for invalid JSON or SQL, otherwise 500. */
export const exceptionResponse = (error: unknown): CosmosResponse => {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return errorResponse(name === "SyntaxError" ? 400 : 500, message);
};

export const writeResponse = ({ status, headers, body }: CosmosResponse, outgoing: ServerResponse): void => {
  outgoing.writeHead(status, {
    "x-ms-activity-id": randomUUID(),
    ...headers,
    ...etagHeader(body),
    "content-type": "application/json",
  });
  outgoing.end(body === undefined ? undefined : JSON.stringify(body));
};

const etagHeader = (body: unknown): { etag?: string } =>
  typeof body === "object" && body !== null && "_etag" in body ? { etag: String(body._etag) } : {};
