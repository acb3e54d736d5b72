/** The time of every part of the twin. No part reads the system's clock directly. */
export interface Clock {
  /** The current time in milliseconds since the Unix epoch. */
  now(): number;
  /**
   * Runs `callback` once, when `delayMs` of this clock's time have passed.
   * @param delayMs - milliseconds; zero or less means as soon as possible, but never before this call returns.
   * @returns a function that cancels the callback if it has not run yet.
   */
  after(delayMs: number, callback: () => void): () => void;
}

/** A clock's offset in memory that other threads can share. */
export interface SharedOffset {
  /** One number: how far the clock is ahead of the system's time, in milliseconds. */
  readonly offset: Float64Array;
  /** One counter, incremented with `Atomics.notify` after every change of the offset. */
  readonly changes: Int32Array;
}

/** The longest delay of Node's timers, in milliseconds (2^31 - 1). A longer one fires immediately. */
export const LONGEST_TIMEOUT_MS = 2_147_483_647;

interface Alarm {
  readonly dueAt: number;
  readonly callback: () => void;
  timeout: NodeJS.Timeout | undefined;
}

/**
 * The system's time plus an offset that tests increase. Time also passes by itself, so a test neither freezes it nor
 * has to move it; a wait of thirty days is one call of `advance`.
 */
export class TwinClock implements Clock {
  readonly shared: SharedOffset = {
    offset: new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT)),
    changes: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)),
  };
  readonly #alarms = new Set<Alarm>();

  now(): number {
    return Date.now() + this.#offset;
  }

  after(delayMs: number, callback: () => void): () => void {
    const alarm: Alarm = { dueAt: this.now() + Math.max(0, delayMs), callback, timeout: undefined };
    this.#alarms.add(alarm);
    this.#arm(alarm);
    return () => this.#drop(alarm);
  }

  /**
   * Moves the time forward. Callbacks that fall due on the way, and those that they schedule, run in the order of their
   * due times. While a callback runs, `now` returns its due time.
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

  get #offset(): number {
    return this.shared.offset[0] ?? 0;
  }

  #moveTo(time: number): void {
    const missing = time - this.now();
    if (missing <= 0) return;
    this.shared.offset[0] = this.#offset + missing;
    Atomics.add(this.shared.changes, 0, 1);
    Atomics.notify(this.shared.changes, 0);
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
