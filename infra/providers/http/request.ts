import { OutcomeUnknownError, TransientError } from "../../../shared/kernel/errors.ts";
import { parseJson } from "./parse-json.ts";

/** A request to a provider's API. */
export interface HttpRequest {
  /** Names the request in errors: without a number, a text or a key. */
  readonly purpose: string;
  readonly url: string;
  readonly method: "GET" | "POST";
  /** The value of the Authorization header. */
  readonly authorization: string;
  /** The body, sent as `application/x-www-form-urlencoded`. */
  readonly form?: Readonly<Record<string, string>>;
  /** Limit for the whole response, in milliseconds. */
  readonly timeoutMs: number;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed JSON; undefined when the body is not JSON. */
  readonly body: unknown;
}

/**
 * Codes of faults that occur before a request leaves: no address, no connection, no TLS session.
 * Sources: Node.js, errors and TLS certificate errors; undici, errors.
 */
const NOT_CONNECTED: readonly string[] = [
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "ERR_SSL_WRONG_VERSION_NUMBER",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
];

/**
 * Sends a request and reads the whole response, whatever its status.
 * @throws TransientError when no connection was made, so that the request had no effect; for a GET, which has none,
 * also when the connection broke or the time ran out.
 * @throws OutcomeUnknownError when the connection of a POST broke or its time ran out: it may have had its effect.
 */
export const sendRequest = async (request: HttpRequest): Promise<HttpResponse> => {
  const { url, method, authorization, form, timeoutMs } = request;
  try {
    const response = await fetch(url, {
      method,
      // A pooled connection may be closing: a text sent over it would be lost, with an unknown outcome.
      headers: { authorization, accept: "application/json", connection: "close" },
      body: form ? new URLSearchParams(form) : null,
      redirect: "manual", // a form is meant for one address only
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, headers: response.headers, body: parseJson(await response.text()) };
  } catch (error) {
    throw networkErrorOf(error, request) ?? error;
  }
};

const TOO_MANY_REQUESTS = 429;

/**
 * Sends a request, and reports a busy provider: a 429 is the only status that is sure to have had no effect.
 * @throws TransientError after a 429; TransientError or OutcomeUnknownError as `sendRequest` does.
 */
export const sendUnlessBusy = async (request: HttpRequest): Promise<HttpResponse> => {
  const response = await sendRequest(request);
  if (response.status === TOO_MANY_REQUESTS) throw new TransientError(`${request.purpose}: too busy`);
  return response;
};

const networkErrorOf = (cause: unknown, { purpose, method }: HttpRequest): Error | undefined => {
  const fault = networkFaultOf(cause);
  if (fault === undefined) return undefined;
  if (fault === "not-connected") return new TransientError(`${purpose}: no connection`, { cause });
  return method === "GET"
    ? new TransientError(`${purpose}: no response`, { cause })
    : new OutcomeUnknownError(`${purpose}: no response`, { cause });
};

/** The messages of the TypeErrors by which `fetch` reports a network error. Source: undici, lib/web/fetch. */
const NETWORK_ERRORS: readonly string[] = ["fetch failed", "terminated"];
/** Codes of undici for a mistake of the caller, which come with the same messages. */
const CALLER_ERRORS: readonly string[] = ["UND_ERR_INVALID_ARG", "UND_ERR_NOT_SUPPORTED"];

/** @returns undefined when the error is a defect, such as a header that cannot be sent. */
const networkFaultOf = (error: unknown): "not-connected" | "no-response" | undefined => {
  if (error instanceof DOMException && error.name === "TimeoutError") return "no-response";
  if (!(error instanceof TypeError) || !NETWORK_ERRORS.includes(error.message)) return undefined;
  const code = codeOf(error.cause);
  if (code === undefined || CALLER_ERRORS.includes(code)) return undefined;
  return NOT_CONNECTED.includes(code) ? "not-connected" : "no-response";
};

const codeOf = (cause: unknown): string | undefined =>
  typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string"
    ? cause.code
    : undefined;
