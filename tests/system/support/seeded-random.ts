import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";

/** Pseudo-random choices: the same seed gives the same choices. */
export class SeededRandom {
  readonly #generator: RandomGenerator;

  /** @param seed - a whole number. */
  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed);
  }

  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number {
    return uniformInt(this.#generator, 0, limit - 1);
  }

  /** @throws Error when `items` is empty. */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new Error("There is nothing to pick from.");
    return items[this.below(items.length)] as T;
  }

  /** An independent generator: drawing from it does not change what is drawn here. */
  fork(): SeededRandom {
    return new SeededRandom(this.below(2 ** 31));
  }

  /** @returns true in `percent` of 100 cases. */
  happens(percent: number): boolean {
    return this.below(100) < percent;
  }
}
