import type { Clock } from "../../clock.ts";

/** How long before its expiry a lock is renewed, at most half of the remaining time. In milliseconds. */
const RENEWAL_MARGIN_MS = 10_000;

/**
 * Renews a lock until it is stopped, the broker refuses, or `maxMs` have passed. It replaces the renewal of the SDK, which
 * does not follow the twin's clock.
 * @param lock - `lockedUntil`: expiry of the lock; `maxMs`: total duration of the renewal in milliseconds; `renew`:
 * renews the lock and resolves with its new expiry.
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
