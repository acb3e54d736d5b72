import { LRUCache } from "lru-cache";
import type { EvaluatedEntries } from "../../shared/routing/evaluated-entries.ts";

/** The newest evaluated entries, in the memory of the process. */
export class LruEvaluatedEntries implements EvaluatedEntries {
  readonly #entries: LRUCache<string, true>;

  /** @param max - number of entries to keep, at least 1. By default far more than wait in all queues at once. */
  constructor(max = 10_000) {
    this.#entries = new LRUCache({ max });
  }

  has(entry: string): boolean {
    return this.#entries.has(entry);
  }

  add(entries: readonly string[]): void {
    for (const entry of entries) this.#entries.set(entry, true);
  }
}
