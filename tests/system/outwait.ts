import { setTimeout } from "node:timers/promises";
import type { LocalEnvironment } from "../../local/environment.ts";

export interface Patience {
  /** How far the clock is advanced at first, in milliseconds; then twice as far each time, up to `LONGEST_LEAP_MS`. */
  readonly leapMs: number;
  /** Real milliseconds without progress before the clock is advanced. */
  readonly patienceMs: number;
}

/** Far less than a message is locked. */
const LONGEST_LEAP_MS = 16_000;
/** Interval between two checks for progress, in real milliseconds. */
const CHECK_INTERVAL_MS = 25;

/**
 * Waits until no work is in progress. Advances the clock while all work waits for its time, and only then: a slow
 * machine would otherwise get more work from the sweeps than it can do.
 */
export const outwait = async (
  twin: LocalEnvironment,
  { leapMs, patienceMs }: Patience = { leapMs: 2000, patienceMs: 100 },
): Promise<void> => {
  const settled = twin.settled().then(() => true);
  let leap = leapMs;
  let progress = progressOf(twin);
  let progressedAt = performance.now();
  while (!(await Promise.race([settled, setTimeout(CHECK_INTERVAL_MS, false)]))) {
    if (progressOf(twin) !== progress) {
      progress = progressOf(twin);
      progressedAt = performance.now();
    } else if (performance.now() - progressedAt >= patienceMs) {
      twin.clock.advance(leap);
      leap = Math.min(2 * leap, LONGEST_LEAP_MS);
      progressedAt = performance.now();
    }
  }
};

/** Grows with every request to Cosmos DB, message and delivery of an event. */
const progressOf = ({ cosmos, serviceBus, phoneNetwork }: LocalEnvironment): number =>
  Object.values(serviceBus.acceptedMessages).reduce((sum, count) => sum + count, 0) +
  cosmos.usage.requestUnits +
  phoneNetwork.deliveries().length;
