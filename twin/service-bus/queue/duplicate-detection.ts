import type { Clock } from "../../clock.ts";

/** The duplicate detection history of a queue: the ids of the messages accepted within the window. */
export class DuplicateDetection {
  readonly #clock: Clock;
  readonly #windowMs: number;
  /** When each id was accepted, oldest first. */
  readonly #acceptedAt = new Map<string, number>();

  constructor(clock: Clock, windowMs: number) {
    this.#clock = clock;
    this.#windowMs = windowMs;
  }

  /** @returns false, without adding it, when the id is in the history. */
  tryAdd(id: string): boolean {
    const now = this.#clock.now();
    this.#removeUntil(now - this.#windowMs);
    if (this.#acceptedAt.has(id)) return false;
    this.#acceptedAt.set(id, now);
    return true;
  }

  #removeUntil(time: number): void {
    for (const [id, acceptedAt] of this.#acceptedAt) {
      if (acceptedAt > time) return;
      this.#acceptedAt.delete(id);
    }
  }
}
