import type { Page, PageRequest } from "../../shared/kernel/stored.ts";
import { type Audit, type AuditEntry, type AuditResult, monthOf } from "../../shared/records/audit.ts";
import { AUDIT_DOCUMENT } from "./audit-document.ts";
import type { Containers } from "./cosmos-database.ts";
import { Documents } from "./documents.ts";

/** The audit in the container `audit`, in the partition of its month. */
export class CosmosAudit implements Audit {
  readonly #documents: Documents<AuditEntry>;

  constructor(containers: Containers) {
    this.#documents = new Documents(containers, AUDIT_DOCUMENT);
  }

  async intend(entry: AuditEntry): Promise<void> {
    await this.#documents.create(entry);
  }

  async settle({ id, at }: Pick<AuditEntry, "id" | "at">, { outcome, target }: AuditResult): Promise<void> {
    await this.#documents.patch({
      id,
      partition: monthOf(at),
      operations: [
        { op: "set", path: "/outcome", value: outcome },
        { op: "set", path: "/target", value: target },
      ],
    });
  }

  list(page: PageRequest): Promise<Page<AuditEntry>> {
    return this.#documents.page({ sortedBy: "at", order: "DESC" }, page);
  }
}
