/** Chance that comes out the same again for the same seed. */
export class SeededRandom {
  #state: number;

  /** @param seed - a whole number. */
  constructor(seed: number) {
    this.#state = seed;
  }

  /** A whole number from 0 to `below` - 1. Source: mulberry32, by Tommy Ettinger; public domain. */
  below(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  }

  /** @throws Error when there is nothing to choose from. */
  pick<T>(things: readonly T[]): T {
    const [chosen] = things.slice(this.below(things.length || 1));
    if (chosen === undefined) throw new Error("There is nothing to choose from.");
    return chosen;
  }

  /** Chance for somebody else, who may draw at any time without changing what is drawn here. */
  fork(): SeededRandom {
    return new SeededRandom(this.below(2 ** 31));
  }

  /** Says yes so many times in a hundred. */
  happens(percent: number): boolean {
    return this.below(100) < percent;
  }
}
