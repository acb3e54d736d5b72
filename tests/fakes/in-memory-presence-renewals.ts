import type { PresenceRenewals } from "../../shared/agent/renew-presence.ts";
import type { AgentId } from "../../shared/kernel/ids.ts";
import type { Instant } from "../../shared/kernel/instant.ts";

export class InMemoryPresenceRenewals implements PresenceRenewals {
  readonly #renewals = new Map<AgentId, Instant>();

  lastAt(id: AgentId): Instant | undefined {
    return this.#renewals.get(id);
  }

  record(id: AgentId, at: Instant): void {
    this.#renewals.set(id, at);
  }
}
