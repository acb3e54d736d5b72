import type { Clock } from "../../clock.ts";

/** The longest that an endpoint may take to answer. Source: Event Grid message delivery and retry. */
const ANSWER_WITHIN_MS = 30_000;

export interface WebhookCall {
  readonly url: string;
  readonly method: "POST" | "OPTIONS";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type WebhookAnswer =
  | { readonly kind: "answered"; readonly status: number; readonly headers: Headers; readonly body: string }
  /** `Aborted`: the caller gave up. */
  | { readonly kind: "TimedOut" | "SocketError" | "Aborted"; readonly message: string };

/**
 * Calls an endpoint, and waits 30 seconds of the clock's time for the whole answer. Never throws.
 * @param giveUp - when aborted, the call is broken off.
 */
export const callWebhook = async (clock: Clock, call: WebhookCall, giveUp?: AbortSignal): Promise<WebhookAnswer> => {
  const timeOut = new AbortController();
  const cancelTimeOut = clock.after(ANSWER_WITHIN_MS, () => timeOut.abort());
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
    if (timeOut.signal.aborted) return { kind: "TimedOut", message: "no answer within 30 seconds" };
    return { kind: "SocketError", message: reason(error) };
  } finally {
    cancelTimeOut();
  }
};

/** `fetch` says only that it failed; why is in the error's cause. */
const reason = (error: unknown): string => {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message || String(cause) : String(cause);
};
