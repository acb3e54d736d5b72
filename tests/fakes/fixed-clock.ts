import { addSeconds, type Instant, instantSchema, type Now } from "../../shared/kernel/instant.ts";

/** A clock that only a test advances. It starts in the middle of an hour. */
export class FixedClock {
  #instant: Instant;
  readonly now: Now = () => this.#instant;

  constructor(start = "2026-03-02T10:30:00.000Z") {
    this.#instant = instantSchema.parse(start);
  }

  /** @param seconds - zero or more; fractions down to a millisecond. */
  advance(seconds: number): void {
    this.#instant = addSeconds(this.#instant, seconds);
  }
}
