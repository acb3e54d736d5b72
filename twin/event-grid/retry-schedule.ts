const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** The longest that an endpoint may take to answer. */
export const ANSWER_WITHIN_MS = 30 * SECOND_MS;

/**
 * The wait after the first, second, ... failed attempt; after the last of these it stays the same. The service adds a
 * little randomness, and skips attempts at endpoints that stay down; here every wait is exact.
 * Source: Event Grid message delivery and retry, as all figures in this file.
 */
const WAITS_MS = [
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
const LAST_WAIT_MS = 12 * HOUR_MS;

/** The shortest wait after some answers, whatever the attempt. */
const SHORTEST_WAITS_MS: Readonly<Record<number, number>> = {
  404: 5 * MINUTE_MS,
  408: 2 * MINUTE_MS,
  503: 30 * SECOND_MS,
};

const SUCCESSES: readonly number[] = [200, 201, 202, 203, 204];
/** What a webhook may answer to end an event's delivery at once. */
const FINAL_REFUSALS: readonly number[] = [400, 401, 403, 413];

const MAX_ATTEMPTS = 30;
const TIME_TO_LIVE_MS = 24 * HOUR_MS;

/** How one attempt ended, in the service's words; `GenericError` is for the answers that it has no word for. */
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

/** The outcome that an endpoint's HTTP status stands for. */
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
 * What follows an attempt.
 * @param attempts - how many were made for this event, this one included; 1 or more.
 * @param status - the endpoint's answer, or undefined when there was none.
 */
export const afterAttempt = (attempts: number, status: number | undefined): NextStep => {
  if (status !== undefined && SUCCESSES.includes(status)) return { kind: "done" };
  if (status !== undefined && FINAL_REFUSALS.includes(status)) {
    return { kind: "dead-letter", reason: `UndeliverableDueToHttp${outcomeOf(status)}` };
  }
  if (attempts >= MAX_ATTEMPTS) return { kind: "dead-letter", reason: "MaxDeliveryAttemptsExceeded" };
  const shortest = status === undefined ? 0 : (SHORTEST_WAITS_MS[status] ?? 0);
  return { kind: "retry", delayMs: Math.max(WAITS_MS[attempts - 1] ?? LAST_WAIT_MS, shortest) };
};

/**
 * Whether an event is too old for another attempt. The service looks only when an attempt is due.
 * @param publishedAt - milliseconds since the Unix epoch.
 */
export const isExpired = (publishedAt: number, now: number): boolean => now - publishedAt >= TIME_TO_LIVE_MS;
