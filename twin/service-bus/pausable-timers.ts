import type { Clock } from "../clock.ts";

interface Timer {
  readonly dueAt: number;
  readonly callback: () => void;
  cancel: () => void;
}

/**
 * A clock whose calls wait while it is paused, and leave no timer behind meanwhile. Time goes on: what fell due in the
 * pause is called as soon as it ends.
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
    const alarm: Timer = { dueAt: this.now() + delayMs, callback, cancel: () => {} };
    this.#timers.add(alarm);
    if (!this.#isPaused) this.#start(alarm);
    return () => {
      alarm.cancel();
      this.#timers.delete(alarm);
    };
  }

  pause(): void {
    this.#isPaused = true;
    for (const alarm of this.#timers) alarm.cancel();
  }

  resume(): void {
    this.#isPaused = false;
    for (const alarm of this.#timers) this.#start(alarm);
  }

  #start(alarm: Timer): void {
    alarm.cancel = this.#clock.after(alarm.dueAt - this.now(), () => {
      this.#timers.delete(alarm);
      alarm.callback();
    });
  }
}
