import type { Clock } from "../clock.ts";
import { PausableTimers } from "../pausable-timers.ts";

/** @param signal - aborted when the scheduler stops. An asynchronous task must not reject. */
type Task = (signal: AbortSignal) => Promise<void> | void;

/** Runs tasks when they are due. While it is stopped, no task runs and none is lost. */
export class Scheduler {
  readonly #timers: PausableTimers;
  readonly #running = new Set<Promise<void>>();
  #abort = new AbortController();

  constructor(clock: Clock) {
    this.#timers = new PausableTimers(clock);
  }

  /**
   * Schedules a task to run once.
   * @param delayMs - milliseconds of the clock from now; zero is as soon as possible, never before this call returns.
   */
  add(delayMs: number, task: Task): void {
    this.#timers.after(delayMs, () => this.#run(task));
  }

  /** Runs the tasks that became due while it was stopped, and from now on every task when it is due. */
  start(): void {
    this.#timers.resume();
  }

  /** Aborts the running tasks and waits until they have ended. Other tasks stay until the next start. */
  async stop(): Promise<void> {
    this.#timers.pause();
    this.#abort.abort();
    await Promise.all(this.#running);
    this.#abort = new AbortController();
  }

  /** Whether no task is running and none is due. A task that is due later does not count. */
  isIdle(): boolean {
    return this.#running.size === 0 && !this.#timers.hasDue();
  }

  #run(task: Task): void {
    const result = task(this.#abort.signal);
    if (!result) return;
    const ended = result.finally(() => this.#running.delete(ended));
    this.#running.add(ended);
  }
}
