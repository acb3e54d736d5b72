import type { Clock } from "./clock.ts";

interface Timer {
  readonly dueAt: number;
  readonly callback: () => void;
  cancel: () => void;
}

/**
 * A clock whose timers can be paused. Time goes on: timers that fall due during a pause fire when it ends. While
 * paused it holds no system timer.
 */
export class PausableTimers implements Clock {
  readonly #clock: Clock;
  readonly #timers = new Set<Timer>();
  #isPaused = true;

  /** Starts paused. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer: Timer = { dueAt: this.now() + delayMs, callback, cancel: () => {} };
    this.#timers.add(timer);
    if (!this.#isPaused) this.#start(timer);
    return () => {
      timer.cancel();
      this.#timers.delete(timer);
    };
  }

  pause(): void {
    this.#isPaused = true;
    for (const timer of this.#timers) timer.cancel();
  }

  resume(): void {
    this.#isPaused = false;
    for (const timer of this.#timers) this.#start(timer);
  }

  /** Whether a timer is due that has not fired. A timer that is due later does not count. */
  hasDue(): boolean {
    const now = this.now();
    return [...this.#timers].some(({ dueAt }) => dueAt <= now);
  }

  #start(timer: Timer): void {
    timer.cancel = this.#clock.after(timer.dueAt - this.now(), () => {
      this.#timers.delete(timer);
      timer.callback();
    });
  }
}
