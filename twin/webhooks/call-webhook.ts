import type { Clock } from "../clock.ts";

export interface WebhookCall {
  readonly url: string;
  readonly method: "POST" | "OPTIONS";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The longest that the endpoint may take to answer, in milliseconds of the clock's time. */
  readonly withinMs: number;
}

export type WebhookAnswer =
  | { readonly kind: "answered"; readonly status: number; readonly headers: Headers; readonly body: string }
  /** `ConnectError`: nobody was there. `SocketError`: the connection broke. `Aborted`: the caller gave up. */
  | { readonly kind: "TimedOut" | "ConnectError" | "SocketError" | "Aborted"; readonly message: string };

/** What `fetch` gives as the cause when it got no connection. Source: Node's and undici's error codes. */
const CONNECT_FAILURES: readonly unknown[] = ["ECONNREFUSED", "ENOTFOUND", "EHOSTUNREACH", "UND_ERR_CONNECT_TIMEOUT"];

/**
 * Calls an endpoint, and waits for the whole answer. Never throws.
 * @param giveUp - when aborted, the call is broken off.
 */
export const callWebhook = async (clock: Clock, call: WebhookCall, giveUp?: AbortSignal): Promise<WebhookAnswer> => {
  const timeOut = new AbortController();
  const cancelTimeOut = clock.after(call.withinMs, () => timeOut.abort());
  try {
    const response = await fetch(call.url, {
      method: call.method,
      headers: call.headers,
      body: call.body ?? null,
      redirect: "manual", // an endpoint that moves has not answered: the service follows no redirects
      signal: giveUp ? AbortSignal.any([timeOut.signal, giveUp]) : timeOut.signal,
    });
    return { kind: "answered", status: response.status, headers: response.headers, body: await response.text() };
  } catch (error) {
    if (giveUp?.aborted) return { kind: "Aborted", message: "the phone network was stopped" };
    if (timeOut.signal.aborted)
      return { kind: "TimedOut", message: `no answer within ${call.withinMs / 1000} seconds` };
    const cause = error instanceof Error ? (error.cause ?? error) : error; // `fetch` itself says only that it failed
    const connected = !CONNECT_FAILURES.includes((cause as { code?: unknown }).code);
    return { kind: connected ? "SocketError" : "ConnectError", message: reason(cause) };
  } finally {
    cancelTimeOut();
  }
};

const reason = (cause: unknown): string => (cause instanceof Error ? cause.message || String(cause) : String(cause));
