import type { Page, PageRequest } from "../../shared/kernel/stored.ts";
import type { Audit, AuditEntry, AuditResult } from "../../shared/records/audit.ts";
import type { Hooks } from "./hooks.ts";
import { InMemoryTable } from "./in-memory-table.ts";
import { pageOf } from "./paging.ts";

export class InMemoryAudit implements Audit {
  readonly #table: InMemoryTable<AuditEntry>;

  constructor(hooks: Hooks = {}) {
    this.#table = new InMemoryTable("audit", hooks);
  }

  async intend(entry: AuditEntry): Promise<void> {
    await this.#table.write("intend", () => this.#table.insert(entry.id, entry));
  }

  settle({ id }: Pick<AuditEntry, "id">, result: AuditResult): Promise<void> {
    return this.#table.write("settle", () => {
      const entry = this.#table.get(id)?.value;
      if (entry) this.#table.put(id, { ...entry, ...result });
    });
  }

  list(request: PageRequest): Promise<Page<AuditEntry>> {
    return this.#table.read("list", () =>
      pageOf(this.all(), { keyOf: ({ at }) => at, direction: "descending" }, request),
    );
  }

  /** All entries. */
  all(): readonly AuditEntry[] {
    return this.#table.values().map(({ value }) => value);
  }
}
