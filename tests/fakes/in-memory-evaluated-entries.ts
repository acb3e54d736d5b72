import type { EvaluatedEntries } from "../../shared/routing/evaluated-entries.ts";

export class InMemoryEvaluatedEntries implements EvaluatedEntries {
  readonly #entries = new Set<string>();

  has(entry: string): boolean {
    return this.#entries.has(entry);
  }

  add(entries: readonly string[]): void {
    for (const entry of entries) this.#entries.add(entry);
  }

  /** All entries, in the order in which they were added. */
  all(): readonly string[] {
    return [...this.#entries];
  }
}
