import type { Clock } from "../../clock.ts";

/** Things held for one fixed time, unless the hold is renewed or ended before. */
export class LockTimers<T> {
  readonly #clock: Clock;
  readonly #durationMs: number;
  readonly #onExpired: (held: T) => void;
  /** End of each lease. As all last equally long, the order of granting is the order of ending. */
  readonly #endsAt = new Map<T, number>();
  #isScheduled = false;

  /**
   * @param durationMs - how long each lease lasts, in milliseconds.
   * @param onExpired - called once for a lease that ran out, when it is no longer held.
   */
  constructor(clock: Clock, durationMs: number, onExpired: (held: T) => void) {
    this.#clock = clock;
    this.#durationMs = durationMs;
    this.#onExpired = onExpired;
  }

  /** Grants a lease, or renews it. Returns when it ends, in milliseconds since the Unix epoch. */
  start(held: T): number {
    const stop = this.#clock.now() + this.#durationMs;
    this.#endsAt.delete(held);
    this.#endsAt.set(held, stop);
    this.#schedule();
    return stop;
  }

  end(held: T): void {
    this.#endsAt.delete(held);
  }

  /** Ends the leases that have run out by now, even if their alarm comes late. */
  expireDue(): void {
    for (const [held, end] of this.#endsAt) {
      if (end > this.#clock.now()) return;
      this.#endsAt.delete(held);
      this.#onExpired(held);
    }
  }

  /** One alarm for all leases: it stands at the end of the earliest, or before it. */
  #schedule(): void {
    const [earliest] = this.#endsAt.values();
    if (this.#isScheduled || earliest === undefined) return;
    this.#isScheduled = true;
    this.#clock.after(earliest - this.#clock.now(), () => {
      this.#isScheduled = false;
      this.expireDue();
      this.#schedule();
    });
  }
}
