import { LRUCache } from "lru-cache";
import type { PresenceRenewals } from "../../shared/agent/renew-presence.ts";
import type { AgentId } from "../../shared/kernel/ids.ts";
import type { Instant } from "../../shared/kernel/instant.ts";

/** The newest renewals of presences, in the memory of the process. */
export class LruPresenceRenewals implements PresenceRenewals {
  /** Far more agents than one process serves at once. */
  readonly #renewals = new LRUCache<AgentId, Instant>({ max: 10_000 });

  lastAt(id: AgentId): Instant | undefined {
    return this.#renewals.get(id);
  }

  record(id: AgentId, at: Instant): void {
    this.#renewals.set(id, at);
  }
}
