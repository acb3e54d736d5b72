import { type Instant, secondsBetween } from "./instant.ts";

/** Longest delay before a retry, in seconds. */
const MAX_SECONDS = 120;

/**
 * Returns the delay before the next retry, in seconds, which doubles: it is as long as the retries have gone on.
 * @param since - when the first attempt failed.
 * @returns 1 to 120.
 */
export const backoffSeconds = (since: Instant, now: Instant): number =>
  Math.min(Math.max(1, secondsBetween(since, now)), MAX_SECONDS);
