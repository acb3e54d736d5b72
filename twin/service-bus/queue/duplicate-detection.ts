import type { Clock } from "../../clock.ts";

/** Remembers the ids of the messages that a queue accepted in the last while. */
export class DuplicateWindow {
  readonly #clock: Clock;
  readonly #windowMs: number;
  /** When each id was accepted; oldest first. */
  readonly #acceptedAt = new Map<string, number>();

  constructor(clock: Clock, windowMs: number) {
    this.#clock = clock;
    this.#windowMs = windowMs;
  }

  /** Whether the id was accepted within the window; if not, it counts as accepted now. */
  isRepeat(id: string): boolean {
    const now = this.#clock.now();
    this.#forgetBefore(now - this.#windowMs);
    if (this.#acceptedAt.has(id)) return true;
    this.#acceptedAt.set(id, now);
    return false;
  }

  #forgetBefore(time: number): void {
    for (const [id, acceptedAt] of this.#acceptedAt) {
      if (acceptedAt > time) return;
      this.#acceptedAt.delete(id);
    }
  }
}
