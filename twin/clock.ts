/** The time that a part of the twin lives by. Nothing in `local/` reads the system's clock in any other way. */
export interface Clock {
  /** Now, in milliseconds since the Unix epoch. */
  now(): number;
  /**
   * Runs `callback` once, when `delayMs` of this clock's time have passed.
   * @param delayMs - milliseconds from now; zero or less means as soon as possible, but never before this call returns.
   * @returns a function that cancels the call, if it has not been made yet.
   */
  after(delayMs: number, callback: () => void): () => void;
}

/** The longest delay that Node's own timers take, in milliseconds (2^31 - 1); a longer one fires at once. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;

interface Alarm {
  readonly dueAt: number;
  readonly callback: () => void;
  timeout: NodeJS.Timeout | undefined;
}

/**
 * The system's time plus an offset which tests move forward. Time flows as usual between moves, so nothing has to be
 * frozen; a wait of thirty days is one call of `advance`.
 */
export class TwinClock implements Clock {
  /** The offset in milliseconds, in memory that another thread can be handed: it then sees each move at once. */
  readonly offset = new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT));
  readonly #alarms = new Set<Alarm>();

  now(): number {
    return Date.now() + (this.offset[0] ?? 0);
  }

  after(delayMs: number, callback: () => void): () => void {
    const alarm: Alarm = { dueAt: this.now() + Math.max(0, delayMs), callback, timeout: undefined };
    this.#alarms.add(alarm);
    this.#arm(alarm);
    return () => this.#drop(alarm);
  }

  /**
   * Moves the time forward and makes the calls that fall due on the way, in the order of their times, each at its own
   * time. A call made by such a call, when it is due before the end of the way, is made too.
   * @param ms - milliseconds, zero or more.
   */
  advance(ms: number): void {
    const target = this.now() + ms;
    for (let next = this.#firstDueBy(target); next; next = this.#firstDueBy(target)) {
      this.#moveTo(next.dueAt);
      this.#drop(next);
      next.callback();
    }
    this.#moveTo(target);
    for (const alarm of this.#alarms) this.#arm(alarm);
  }

  #moveTo(time: number): void {
    const missing = time - this.now();
    if (missing > 0) this.offset[0] = (this.offset[0] ?? 0) + missing;
  }

  #firstDueBy(target: number): Alarm | undefined {
    let first: Alarm | undefined;
    for (const alarm of this.#alarms) {
      if (alarm.dueAt <= target && (!first || alarm.dueAt < first.dueAt)) first = alarm;
    }
    return first;
  }

  #arm(alarm: Alarm): void {
    clearTimeout(alarm.timeout);
    const delay = Math.min(Math.max(0, alarm.dueAt - this.now()), LONGEST_TIMEOUT_MS);
    alarm.timeout = setTimeout(() => {
      if (alarm.dueAt > this.now()) return this.#arm(alarm);
      this.#drop(alarm);
      alarm.callback();
    }, delay);
  }

  #drop(alarm: Alarm): void {
    clearTimeout(alarm.timeout);
    this.#alarms.delete(alarm);
  }
}
