import type { Clock } from "../../clock.ts";

/** A lock is renewed this long before it runs out, or after half of what is left when that is less. In milliseconds. */
const RENEWAL_MARGIN_MS = 10_000;

/**
 * Renews a lock in time, again and again, until stopped, refused by the broker, or past the longest time. By the
 * host's clock, which the SDK's own renewal does not know.
 * @param lock - `lockedUntil` is when the lock runs out; `renew` resolves with when it then will; `maxMs` is how long
 * the lock is kept.
 * @returns a function that stops the renewal.
 */
export const renewLock = (
  clock: Clock,
  lock: { lockedUntil: Date; maxMs: number; renew: () => Promise<Date>; onLost: (error: unknown) => void },
): (() => void) => {
  const keepUntil = clock.now() + lock.maxMs;
  let isStopped = false;
  let cancel = () => {};

  const wait = (lockedUntil: Date): void => {
    const left = lockedUntil.getTime() - clock.now();
    const delay = left - Math.min(left / 2, RENEWAL_MARGIN_MS);
    if (isStopped || clock.now() + delay > keepUntil) return;
    cancel = clock.after(delay, () => void renew());
  };
  const renew = async (): Promise<void> => {
    try {
      wait(await lock.renew());
    } catch (error) {
      if (!isStopped) lock.onLost(error);
    }
  };

  wait(lock.lockedUntil);
  return () => {
    isStopped = true;
    cancel();
  };
};
