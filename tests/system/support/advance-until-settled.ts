import type { Twin } from "../../../local/twin.ts";

export interface AdvanceOptions {
  /** The first step of the clock, in milliseconds. Each step doubles, up to `LONGEST_STEP_MS`, because retry delays grow. */
  readonly firstStepMs: number;
  /** Real milliseconds before a step, in which running work may finish without one. */
  readonly graceMs: number;
}

/** Far shorter than a message lock. */
const LONGEST_STEP_MS = 16_000;

/** Waits until the twin is idle, and advances its clock for as long as some work waits for a moment to come. */
export const advanceUntilSettled = async (
  twin: Twin,
  { firstStepMs, graceMs }: AdvanceOptions = { firstStepMs: 2000, graceMs: 150 },
): Promise<void> => {
  const settled = twin.settled().then(() => true);
  const graceIsOver = () => new Promise<false>((resolve) => setTimeout(() => resolve(false), graceMs));
  for (
    let stepMs = firstStepMs;
    !(await Promise.race([settled, graceIsOver()]));
    stepMs = Math.min(2 * stepMs, LONGEST_STEP_MS)
  ) {
    twin.clock.advance(stepMs);
  }
};
