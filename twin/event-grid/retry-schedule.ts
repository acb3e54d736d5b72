const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Time that an endpoint has to respond. */
export const RESPONSE_TIMEOUT_MS = 30 * SECOND_MS;

/**
 * Delays after the first, second, ... failed attempt; `LAST_DELAY_MS` follows. The service adds some randomness and
 * skips attempts at endpoints that stay down. The twin does neither.
 * Source of all figures in this file: Event Grid message delivery and retry.
 */
const DELAYS_MS = [
  10 * SECOND_MS,
  30 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
];
const LAST_DELAY_MS = 12 * HOUR_MS;

/** The shortest delay after some HTTP statuses, whatever the attempt. */
const MIN_DELAYS_MS: Readonly<Record<number, number>> = {
  404: 5 * MINUTE_MS,
  408: 2 * MINUTE_MS,
  503: 30 * SECOND_MS,
};

const SUCCESSES: readonly number[] = [200, 201, 202, 203, 204];
/** Statuses after which a webhook gets no further attempt. */
const FINAL_FAILURES: readonly number[] = [400, 401, 403, 413];

const MAX_ATTEMPTS = 30;
const TIME_TO_LIVE_MS = 24 * HOUR_MS;

/** Result of one attempt, as the service names it; `GenericError` is for statuses without a name. */
export type AttemptOutcome =
  | "Delivered"
  | "BadRequest"
  | "Unauthorized"
  | "Forbidden"
  | "NotFound"
  | "PayloadTooLarge"
  | "Busy"
  | "TimedOut"
  | "SocketError"
  | "Aborted"
  | "GenericError";

export type NextStep =
  | { readonly kind: "done" }
  | { readonly kind: "retry"; readonly delayMs: number }
  | { readonly kind: "dead-letter"; readonly reason: string };

export const outcomeOf = (status: number): AttemptOutcome => {
  if (SUCCESSES.includes(status)) return "Delivered";
  switch (status) {
    case 400:
      return "BadRequest";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "NotFound";
    case 408:
      return "TimedOut";
    case 413:
      return "PayloadTooLarge";
    case 429:
    case 503:
      return "Busy";
    default:
      return "GenericError";
  }
};

/**
 * Decides what follows an attempt.
 * @param attempts - attempts at this event so far, this one included; 1 or more.
 * @param status - HTTP status of the endpoint's response; undefined without a response.
 */
export const afterAttempt = (attempts: number, status: number | undefined): NextStep => {
  if (status !== undefined && SUCCESSES.includes(status)) return { kind: "done" };
  if (status !== undefined && FINAL_FAILURES.includes(status)) {
    return { kind: "dead-letter", reason: `UndeliverableDueToHttp${outcomeOf(status)}` };
  }
  if (attempts >= MAX_ATTEMPTS) return { kind: "dead-letter", reason: "MaxDeliveryAttemptsExceeded" };
  const minDelayMs = status === undefined ? 0 : (MIN_DELAYS_MS[status] ?? 0);
  return { kind: "retry", delayMs: Math.max(DELAYS_MS[attempts - 1] ?? LAST_DELAY_MS, minDelayMs) };
};

/**
 * Whether an event is too old for another attempt. The service checks this only when an attempt is due.
 * @param publishedAt - milliseconds since the Unix epoch, as `now`.
 */
export const isExpired = (publishedAt: number, now: number): boolean => now - publishedAt >= TIME_TO_LIVE_MS;
