import type { Twin } from "../../../local/twin.ts";

export interface AdvanceOptions {
  /** How far the clock leaps at first, in milliseconds; each time twice as far, as waits grow, up to `LONGEST_LEAP_MS`. */
  readonly firstStepMs: number;
  /** Real milliseconds before a leap, for what is under way to end by itself. */
  readonly graceMs: number;
}

/** Far less than a message is locked. */
const LONGEST_LEAP_MS = 16_000;

/** Waits until nothing is under way anywhere, and has the clock leap as long as something only waits for its time. */
export const advanceUntilSettled = async (
  twin: Twin,
  { firstStepMs: leapMs, graceMs: patienceMs }: AdvanceOptions = { firstStepMs: 2000, graceMs: 150 },
): Promise<void> => {
  const settled = twin.settled().then(() => true);
  const impatience = () => new Promise<false>((resolve) => setTimeout(() => resolve(false), patienceMs));
  for (let leap = leapMs; !(await Promise.race([settled, impatience()])); leap = Math.min(2 * leap, LONGEST_LEAP_MS)) {
    twin.clock.advance(leap);
  }
};
