import type { Clock } from "../clock.ts";

export interface WebhookRequest {
  readonly url: string;
  readonly method: "POST" | "OPTIONS";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Time for the whole response, in milliseconds of the clock. */
  readonly timeoutMs: number;
}

export interface WebhookResponse {
  readonly kind: "response";
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** `ConnectError`: no connection. `SocketError`: the connection broke. `Aborted`: the caller was stopped. */
interface WebhookFailure {
  readonly kind: "TimedOut" | "ConnectError" | "SocketError" | "Aborted";
  readonly message: string;
}

export type WebhookResult = WebhookResponse | WebhookFailure;

/** Causes of a failed `fetch` that got no connection. Source: Node's and undici's error codes. */
const CONNECT_FAILURES: readonly unknown[] = ["ECONNREFUSED", "ENOTFOUND", "EHOSTUNREACH", "UND_ERR_CONNECT_TIMEOUT"];

/**
 * Calls a webhook and reads the whole response. Never throws.
 * @param signal - aborts the call.
 */
export const callWebhook = async (
  clock: Clock,
  request: WebhookRequest,
  signal?: AbortSignal,
): Promise<WebhookResult> => {
  const timeout = new AbortController();
  const cancelTimeout = clock.after(request.timeoutMs, () => timeout.abort());
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      body: request.body ?? null,
      redirect: "manual", // the services follow no redirects
      signal: signal ? AbortSignal.any([timeout.signal, signal]) : timeout.signal,
    });
    return { kind: "response", status: response.status, headers: response.headers, body: await response.text() };
  } catch (error) {
    if (signal?.aborted) return { kind: "Aborted", message: "the caller was stopped" };
    if (timeout.signal.aborted) {
      return { kind: "TimedOut", message: `no response within ${request.timeoutMs / 1000} seconds` };
    }
    return connectionFailure(error);
  } finally {
    cancelTimeout();
  }
};

const connectionFailure = (error: unknown): WebhookFailure => {
  const cause = error instanceof Error ? (error.cause ?? error) : error; // `fetch` itself only says that it failed
  const isConnected = !CONNECT_FAILURES.includes((cause as { code?: unknown }).code);
  const message = cause instanceof Error ? cause.message || String(cause) : String(cause);
  return { kind: isConnected ? "SocketError" : "ConnectError", message };
};
