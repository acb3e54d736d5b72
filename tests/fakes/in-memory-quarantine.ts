import type { Quarantine, Quarantined, QuarantineSource } from "../../shared/intake/quarantine.ts";
import type { Page, PageRequest } from "../../shared/kernel/stored.ts";
import type { Hooks } from "./hooks.ts";
import { InMemoryTable } from "./in-memory-table.ts";
import { pageOf } from "./paging.ts";

export class InMemoryQuarantine implements Quarantine {
  readonly #table: InMemoryTable<Quarantined>;

  constructor(hooks: Hooks = {}) {
    this.#table = new InMemoryTable("quarantine", hooks);
  }

  keep(entry: Quarantined): Promise<void> {
    return this.#table.write("keep", () => {
      this.#table.insert(keyOf(entry.source, entry.id), entry);
    });
  }

  find(source: QuarantineSource, id: string): Promise<Quarantined | undefined> {
    return this.#table.read("find", () => this.#table.get(keyOf(source, id))?.value);
  }

  list(request: PageRequest): Promise<Page<Quarantined>> {
    return this.#table.read("list", () =>
      pageOf(this.all(), { keyOf: ({ quarantinedAt }) => quarantinedAt, direction: "descending" }, request),
    );
  }

  discard(source: QuarantineSource, id: string): Promise<Quarantined | undefined> {
    return this.#table.write("discard", () => {
      const entry = this.#table.get(keyOf(source, id))?.value;
      this.#table.delete(keyOf(source, id));
      return entry;
    });
  }

  markReplayed(source: QuarantineSource, id: string, at: Quarantined["quarantinedAt"]): Promise<void> {
    return this.#table.write("markReplayed", () => {
      const entry = this.#table.get(keyOf(source, id))?.value;
      if (entry) this.#table.put(keyOf(source, id), { ...entry, replayedAt: at });
    });
  }

  /** All events in quarantine. */
  all(): readonly Quarantined[] {
    return this.#table.values().map(({ value }) => value);
  }
}

const keyOf = (source: QuarantineSource, id: string): string => `${source}/${id}`;
