import type { Clock } from "../clock.ts";

/** Waits for `ms` milliseconds of the clock's time or until the signal is aborted. Never throws. */
export const delay = (clock: Clock, ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const cancel = clock.after(ms, () => {
      signal.removeEventListener("abort", end);
      resolve();
    });
    const end = (): void => {
      cancel();
      resolve();
    };
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
  });

/** Waits for the work, for at most `ms` milliseconds of the clock's time. */
export const waitAtMost = async (clock: Clock, ms: number, work: Promise<unknown>): Promise<void> => {
  const done = new AbortController();
  try {
    await Promise.race([work, delay(clock, ms, done.signal)]);
  } finally {
    done.abort();
  }
};
