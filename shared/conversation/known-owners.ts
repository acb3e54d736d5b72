import type { AgentId, ConversationId } from "../kernel/ids.ts";

/** The owners of the conversations that this process has changed last. Another process may have changed one since. */
export interface KnownOwners {
  /** @returns undefined when the process does not know of an owner: one that is forgotten costs its owner a push, and not more. */
  find(id: ConversationId): AgentId | undefined;
  /** @param owner - undefined when the conversation has none now. */
  record(id: ConversationId, owner: AgentId | undefined): void;
}
