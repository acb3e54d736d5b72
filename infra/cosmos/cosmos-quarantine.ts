import type { Quarantine, Quarantined, QuarantineSource } from "../../shared/intake/quarantine.ts";
import type { Instant } from "../../shared/kernel/instant.ts";
import type { Page, PageRequest } from "../../shared/kernel/stored.ts";
import type { Containers } from "./cosmos-database.ts";
import { Documents } from "./documents.ts";
import { QUARANTINE_DOCUMENT } from "./quarantine-document.ts";

/** Quarantined events in the container `quarantine`, in the partition of their source. */
export class CosmosQuarantine implements Quarantine {
  readonly #documents: Documents<Quarantined>;

  constructor(containers: Containers) {
    this.#documents = new Documents(containers, QUARANTINE_DOCUMENT);
  }

  async keep(entry: Quarantined): Promise<void> {
    await this.#documents.create(entry);
  }

  async find(source: QuarantineSource, id: string): Promise<Quarantined | undefined> {
    return (await this.#documents.read(id, source))?.value;
  }

  list(page: PageRequest): Promise<Page<Quarantined>> {
    return this.#documents.page({ sortedBy: "quarantinedAt", order: "DESC" }, page);
  }

  async discard(source: QuarantineSource, id: string): Promise<Quarantined | undefined> {
    const stored = await this.#documents.read(id, source);
    return stored && (await this.#documents.delete(stored)) === "deleted" ? stored.value : undefined;
  }

  async markReplayed(source: QuarantineSource, id: string, at: Instant): Promise<void> {
    await this.#documents.patch({
      id,
      partition: source,
      operations: [{ op: "set", path: "/replayedAt", value: at }],
    });
  }
}
