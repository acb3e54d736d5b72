/** A request to the HTTP API of the durable functions. */
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

/** The request cannot be understood: answered with 400 and the message. */
export class BadRequestError extends Error {
  override readonly name = "BadRequestError";
}

/** @param value - becomes JSON; `undefined`: no body. A text, as the body of an error, is shown by the client as it is. */
export const response = (status: number, value?: unknown, headers: Record<string, string> = {}): DurableResponse =>
  value === undefined
    ? { status, headers, body: "" }
    : {
        status,
        headers: { "content-type": "application/json; charset=utf-8", ...headers },
        body: JSON.stringify(value),
      };

/**
 * The body as JSON text; an empty one is `null`.
 * @throws BadRequestError when it is no JSON.
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
 * The segments of the path behind the prefix of the API, decoded; `undefined` when the path has no such prefix.
 * @throws BadRequestError when a segment is no valid encoding.
 */
export const pathSegments = (url: URL): string[] | undefined => {
  const [, rest] = /^\/(?:runtime\/webhooks\/)?durabletask\/(.*)$/i.exec(url.pathname) ?? [];
  try {
    return rest?.split("/").filter(Boolean).map(decodeURIComponent);
  } catch {
    throw new BadRequestError(`Malformed path: ${url.pathname}`);
  }
};
