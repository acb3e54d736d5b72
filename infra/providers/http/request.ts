import { OutcomeUnknownError, TransientError } from "../../../shared/kernel/errors.ts";

/** A request to a provider's API, whose answers are JSON. */
export interface HttpRequest {
  /** What it is for, as an error names it: without a number, a text or a key. */
  readonly purpose: string;
  readonly url: string;
  readonly method: "GET" | "POST";
  /** The value of the Authorization header. */
  readonly authorization: string;
  /** What is posted. */
  readonly form?: Readonly<Record<string, string>>;
  /** For the whole answer, in milliseconds. */
  readonly timeoutMs: number;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Nothing when it was no JSON. */
  readonly body: unknown;
}

/**
 * How the system, the library beneath `fetch` and TLS say that there was no connection over which anything could have
 * been asked. Sources: Node.js, errors and TLS certificate errors; undici, errors.
 */
const NO_CONNECTION: readonly unknown[] = [
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
 * Asks once, and waits for the whole answer; any status is one.
 * @throws TransientError when there was no connection, so that nothing can have been done.
 * @throws OutcomeUnknownError when the connection broke or the time was over: it may have been done.
 */
export const sendRequest = async ({
  purpose,
  url,
  method,
  authorization,
  form,
  timeoutMs,
}: HttpRequest): Promise<HttpResponse> => {
  try {
    const response = await fetch(url, {
      method,
      // A connection that is kept may just be closing: a text that goes into it is lost, and nobody can tell.
      headers: { authorization, accept: "application/json", connection: "close" },
      body: form ? new URLSearchParams(form) : null,
      redirect: "manual", // what is posted to one address is not meant for another
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, headers: response.headers, body: jsonOf(await response.text()) };
  } catch (cause) {
    if (NO_CONNECTION.includes(codeOf(cause))) throw new TransientError(`${purpose}: no connection`, { cause });
    throw new OutcomeUnknownError(`${purpose}: no answer`, { cause });
  }
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** `fetch` itself says only that it failed; why is in the cause. */
const codeOf = (error: unknown): unknown => {
  const cause = error instanceof Error ? error.cause : undefined;
  return typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
};
