import type { AgentId, ConversationId } from "../kernel/ids.ts";

/** How many conversations are remembered. One that is forgotten costs its owner a push, and not more. */
const MAX_CONVERSATIONS = 1000;

/** The owners of the conversations that this process has changed last. Another process may have changed one since. */
export class KnownOwners {
  /** The conversation that changed last comes last. */
  readonly #owners = new Map<ConversationId, AgentId>();

  find(id: ConversationId): AgentId | undefined {
    return this.#owners.get(id);
  }

  record(id: ConversationId, owner: AgentId | undefined): void {
    this.#owners.delete(id);
    if (owner === undefined) return;
    this.#owners.set(id, owner);
    const [oldest] = this.#owners.keys();
    if (this.#owners.size > MAX_CONVERSATIONS && oldest !== undefined) this.#owners.delete(oldest);
  }
}
