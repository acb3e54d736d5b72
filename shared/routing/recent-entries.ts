/** Remembers the newest of what it is given, up to a number. */
export class RecentEntries {
  readonly #most: number;
  readonly #entries = new Set<string>();

  /** @param most - how many it remembers, at least 1. */
  constructor(most: number) {
    this.#most = most;
  }

  has(entry: string): boolean {
    return this.#entries.has(entry);
  }

  add(entries: readonly string[]): void {
    for (const entry of entries) {
      this.#entries.delete(entry);
      this.#entries.add(entry);
    }
    for (const oldest of this.#entries) {
      if (this.#entries.size <= this.#most) return;
      this.#entries.delete(oldest);
    }
  }
}
