import type { Clock } from "../../clock.ts";

/** Expires locks of one fixed duration, unless they are renewed or released in time. */
export class LockTimers<T> {
  readonly #clock: Clock;
  readonly #durationMs: number;
  readonly #onExpired: (lock: T) => void;
  /** When each lock expires. All locks last equally long, so insertion order is expiry order. */
  readonly #expiresAt = new Map<T, number>();
  #isScheduled = false;

  /**
   * @param durationMs - lock duration in milliseconds.
   * @param onExpired - called once for each expired lock, after its timer was removed.
   */
  constructor(clock: Clock, durationMs: number, onExpired: (lock: T) => void) {
    this.#clock = clock;
    this.#durationMs = durationMs;
    this.#onExpired = onExpired;
  }

  /**
   * Starts the timer of a lock, or restarts it.
   * @returns when the lock expires, in milliseconds since the Unix epoch.
   */
  start(lock: T): number {
    const expiresAt = this.#clock.now() + this.#durationMs;
    this.#expiresAt.delete(lock);
    this.#expiresAt.set(lock, expiresAt);
    this.#schedule();
    return expiresAt;
  }

  stop(lock: T): void {
    this.#expiresAt.delete(lock);
  }

  /** Expires the locks that are due, in case the clock's timer is late. */
  expireDue(): void {
    for (const [lock, expiresAt] of this.#expiresAt) {
      if (expiresAt > this.#clock.now()) return;
      this.#expiresAt.delete(lock);
      this.#onExpired(lock);
    }
  }

  /** Keeps one timer of the clock for all locks, which fires at the earliest expiry or before it. */
  #schedule(): void {
    const [earliest] = this.#expiresAt.values();
    if (this.#isScheduled || earliest === undefined) return;
    this.#isScheduled = true;
    this.#clock.after(earliest - this.#clock.now(), () => {
      this.#isScheduled = false;
      this.expireDue();
      this.#schedule();
    });
  }
}
