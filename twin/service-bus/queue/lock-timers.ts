import type { Clock } from "../../clock.ts";

/** Things held for one fixed time, unless the hold is renewed or ended before. */
export class Leases<T> {
  readonly #clock: Clock;
  readonly #durationMs: number;
  readonly #onExpired: (held: T) => void;
  /** End of each lease. As all last equally long, the order of granting is the order of ending. */
  readonly #ends = new Map<T, number>();
  #alarmIsSet = false;

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
  grant(held: T): number {
    const end = this.#clock.now() + this.#durationMs;
    this.#ends.delete(held);
    this.#ends.set(held, end);
    this.#setAlarm();
    return end;
  }

  end(held: T): void {
    this.#ends.delete(held);
  }

  /** Ends the leases that have run out by now, even if their alarm comes late. */
  expire(): void {
    for (const [held, end] of this.#ends) {
      if (end > this.#clock.now()) return;
      this.#ends.delete(held);
      this.#onExpired(held);
    }
  }

  /** One alarm for all leases: it stands at the end of the earliest, or before it. */
  #setAlarm(): void {
    const [earliest] = this.#ends.values();
    if (this.#alarmIsSet || earliest === undefined) return;
    this.#alarmIsSet = true;
    this.#clock.after(earliest - this.#clock.now(), () => {
      this.#alarmIsSet = false;
      this.expire();
      this.#setAlarm();
    });
  }
}
