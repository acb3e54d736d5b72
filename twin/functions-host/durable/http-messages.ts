/** A request to the HTTP API of durable functions. */
export interface DurableRequest {
  readonly method: string;
  readonly url: URL;
  readonly body: string;
}

export interface DurableResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** An invalid request. The response is a 400 with the message. */
export class BadRequestError extends Error {
  override readonly name = "BadRequestError";
}

/** @param value - the body, sent as JSON; no body for `undefined`. The client shows a string as an error message. */
export const response = (status: number, value?: unknown, headers: Record<string, string> = {}): DurableResponse =>
  value === undefined
    ? { status, headers, body: "" }
    : {
        status,
        headers: { "content-type": "application/json; charset=utf-8", ...headers },
        body: JSON.stringify(value),
      };

/**
 * Validates a body as JSON text; an empty body becomes `null`.
 * @throws BadRequestError when it is not JSON.
 */
export const jsonText = (body: string): string => {
  if (body === "") return "null";
  try {
    JSON.parse(body);
    return body;
  } catch {
    throw new BadRequestError("Invalid JSON content");
  }
};

/**
 * The decoded segments of the path after the prefix of the API; `undefined` for a path without the prefix.
 * @throws BadRequestError when a segment is not valid percent-encoding.
 */
export const pathSegments = (url: URL): string[] | undefined => {
  const [, rest] = /^\/(?:runtime\/webhooks\/)?durabletask\/(.*)$/i.exec(url.pathname) ?? [];
  try {
    return rest?.split("/").filter(Boolean).map(decodeURIComponent);
  } catch {
    throw new BadRequestError(`Malformed path: ${url.pathname}`);
  }
};
