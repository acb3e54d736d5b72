import type { Clock } from "../clock.ts";

/** @param signal - aborted when the scheduler stops. An asynchronous task must not reject. */
type Task = (signal: AbortSignal) => Promise<void> | void;

interface Entry {
  readonly dueAt: number;
  readonly task: Task;
  cancel?: () => void;
}

/** Runs tasks when they are due. While it is stopped, no task runs and none is lost. */
export class Scheduler {
  readonly #clock: Clock;
  readonly #entries = new Set<Entry>();
  readonly #running = new Set<Promise<void>>();
  #isStarted = false;
  #abort = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Schedules a task to run once.
   * @param delayMs - milliseconds of the clock from now; zero is as soon as possible, never before this call returns.
   */
  add(delayMs: number, task: Task): void {
    const entry: Entry = { dueAt: this.#clock.now() + delayMs, task };
    this.#entries.add(entry);
    if (this.#isStarted) this.#arm(entry);
  }

  /** Runs the tasks that became due while it was stopped, and from now on every task when it is due. */
  start(): void {
    this.#isStarted = true;
    for (const entry of this.#entries) this.#arm(entry);
  }

  /** Aborts the running tasks and waits until they have ended. Other tasks stay until the next start. */
  async stop(): Promise<void> {
    this.#isStarted = false;
    for (const entry of this.#entries) entry.cancel?.();
    this.#abort.abort();
    await Promise.all(this.#running);
    this.#abort = new AbortController();
  }

  /** Whether no task is running and none is due. A task that is due later does not count. */
  isIdle(): boolean {
    const now = this.#clock.now();
    return this.#running.size === 0 && [...this.#entries].every(({ dueAt }) => dueAt > now);
  }

  #arm(entry: Entry): void {
    entry.cancel = this.#clock.after(entry.dueAt - this.#clock.now(), () => {
      this.#entries.delete(entry);
      this.#run(entry.task);
    });
  }

  #run(task: Task): void {
    const result = task(this.#abort.signal);
    if (!result) return;
    const ended = result.finally(() => this.#running.delete(ended));
    this.#running.add(ended);
  }
}
