import { LRUCache } from "lru-cache";
import type { KnownOwners } from "../../shared/conversation/known-owners.ts";
import type { AgentId, ConversationId } from "../../shared/kernel/ids.ts";

/** The owners of the conversations that changed last, in the memory of the process. */
export class LruKnownOwners implements KnownOwners {
  readonly #owners = new LRUCache<ConversationId, AgentId>({ max: 1_000 });

  find(id: ConversationId): AgentId | undefined {
    return this.#owners.peek(id); // a conversation that is only read is forgotten like others
  }

  record(id: ConversationId, owner: AgentId | undefined): void {
    if (owner === undefined) this.#owners.delete(id);
    else this.#owners.set(id, owner);
  }
}
