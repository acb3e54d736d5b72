import type { Twin } from "../../local/twin.ts";

export interface Patience {
  /** How far the clock leaps each time, in milliseconds. */
  readonly leapMs: number;
  /** Real milliseconds before a leap, for what is under way to end by itself. */
  readonly patienceMs: number;
}

/** Waits until nothing is under way anywhere, and has the clock leap as long as something only waits for its time. */
export const outwait = async (
  twin: Twin,
  { leapMs, patienceMs }: Patience = { leapMs: 2000, patienceMs: 150 },
): Promise<void> => {
  const settled = twin.settled().then(() => true);
  const impatience = () => new Promise<false>((resolve) => setTimeout(() => resolve(false), patienceMs));
  while (!(await Promise.race([settled, impatience()]))) twin.clock.advance(leapMs);
};
