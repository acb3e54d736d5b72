import type { Clock } from "../clock.ts";

interface Entry {
  readonly dueAt: number;
  readonly task: () => void;
  cancel?: () => void;
}

/** What the phone network still has to do, and when. While it is paused nothing is done and nothing is forgotten. */
export class Agenda {
  readonly #clock: Clock;
  readonly #entries = new Set<Entry>();
  #running = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Has a task done once.
   * @param delayMs - milliseconds of the clock's time from now; zero means as soon as possible, never before this returns.
   */
  add(delayMs: number, task: () => void): void {
    const entry: Entry = { dueAt: this.#clock.now() + delayMs, task };
    this.#entries.add(entry);
    if (this.#running) this.#arm(entry);
  }

  /** Does from now on what falls due, beginning with what fell due during a pause. */
  resume(): void {
    this.#running = true;
    for (const entry of this.#entries) this.#arm(entry);
  }

  pause(): void {
    this.#running = false;
    for (const entry of this.#entries) entry.cancel?.();
  }

  /** Whether a task is due by now that has not been done. */
  hasDue(): boolean {
    const now = this.#clock.now();
    return [...this.#entries].some((entry) => entry.dueAt <= now);
  }

  #arm(entry: Entry): void {
    entry.cancel = this.#clock.after(entry.dueAt - this.#clock.now(), () => {
      this.#entries.delete(entry);
      entry.task();
    });
  }
}
