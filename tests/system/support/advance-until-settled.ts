import { setTimeout } from "node:timers/promises";
import type { LocalEnvironment } from "../../../local/environment.ts";

export interface AdvanceOptions {
  /** The first step of the clock, in milliseconds. Each step doubles, up to `LONGEST_STEP_MS`, because retry delays grow. */
  readonly firstStepMs: number;
  /** Real milliseconds without progress before a step. */
  readonly graceMs: number;
}

/** Far shorter than a message lock. */
const LONGEST_STEP_MS = 16_000;
/** Interval between two checks for progress, in real milliseconds. */
const CHECK_INTERVAL_MS = 25;

/**
 * Waits until no work is in progress and no message is postponed. Advances the clock while all work waits for its time, and
 * only then: a slow machine would otherwise get more work from the sweeps than it can do.
 */
export const advanceUntilSettled = async (
  twin: LocalEnvironment,
  { firstStepMs, graceMs }: AdvanceOptions = { firstStepMs: 2000, graceMs: 100 },
): Promise<void> => {
  let settled = isSettled(twin);
  let stepMs = firstStepMs;
  let progress = progressOf(twin);
  let progressedAt = performance.now();
  for (;;) {
    const isDone = await Promise.race([settled, setTimeout(CHECK_INTERVAL_MS)]);
    if (isDone) return;
    if (isDone === false) settled = isSettled(twin);
    if (progressOf(twin) !== progress) {
      progress = progressOf(twin);
      progressedAt = performance.now();
    } else if (performance.now() - progressedAt >= graceMs) {
      twin.clock.advance(stepMs);
      stepMs = Math.min(2 * stepMs, LONGEST_STEP_MS);
      progressedAt = performance.now();
    }
  }
};

/**
 * Waits until no work is in progress.
 * @returns whether no message is postponed either. One that was postponed before may have become due at the end.
 */
const isSettled = async (twin: LocalEnvironment): Promise<boolean> => {
  const hadPostponed = hasPostponed(twin);
  await twin.settled();
  return !hadPostponed && !hasPostponed(twin);
};

const hasPostponed = ({ serviceBus }: LocalEnvironment): boolean =>
  serviceBus.scheduledIds().some((id) => POSTPONED_ID.test(id));

/** The id of a copy that postpones a message. */
const POSTPONED_ID = /@.*Z$/;

/** Grows with every request to Cosmos DB, every message and every delivery of an event. */
const progressOf = ({ cosmos, serviceBus, eventGrid }: LocalEnvironment): number =>
  Object.values(serviceBus.acceptedMessages).reduce((sum, count) => sum + count, 0) +
  cosmos.usage.requestUnits +
  eventGrid.deliveries().length;
