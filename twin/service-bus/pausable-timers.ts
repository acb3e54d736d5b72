import type { Clock } from "../clock.ts";

interface Alarm {
  readonly dueAt: number;
  readonly callback: () => void;
  cancel: () => void;
}

/**
 * A clock whose calls wait while it is paused, and leave no timer behind meanwhile. Time goes on: what fell due in the
 * pause is called as soon as it ends.
 */
export class PausableClock implements Clock {
  readonly #clock: Clock;
  readonly #alarms = new Set<Alarm>();
  #isPaused = true;

  /** Starts paused. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  after(delayMs: number, callback: () => void): () => void {
    const alarm: Alarm = { dueAt: this.now() + delayMs, callback, cancel: () => {} };
    this.#alarms.add(alarm);
    if (!this.#isPaused) this.#set(alarm);
    return () => {
      alarm.cancel();
      this.#alarms.delete(alarm);
    };
  }

  pause(): void {
    this.#isPaused = true;
    for (const alarm of this.#alarms) alarm.cancel();
  }

  resume(): void {
    this.#isPaused = false;
    for (const alarm of this.#alarms) this.#set(alarm);
  }

  #set(alarm: Alarm): void {
    alarm.cancel = this.#clock.after(alarm.dueAt - this.now(), () => {
      this.#alarms.delete(alarm);
      alarm.callback();
    });
  }
}
