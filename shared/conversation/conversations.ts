import type { AgentId, ConversationId } from "../kernel/ids.ts";
import type { Freshness, Page, PageRequest, Stored } from "../kernel/stored.ts";
import type { Conversation, ConversationState, QueuedConversation } from "./conversation.ts";

/** Where conversations are kept. Every method throws TransientError when the store is unavailable or throttles. */
export interface Conversations {
  find(id: ConversationId): Promise<Stored<Conversation> | undefined>;
  create(conversation: Conversation): Promise<Stored<Conversation> | "exists">;
  /** Replaces a conversation that nobody has changed since it was read. */
  replace(stored: Stored<Conversation>, next: Conversation): Promise<Stored<Conversation> | "stale">;
  /** Those that wait in a queue, by priority and then by time in the queue, in pages that are fetched as they are asked for. */
  waitingIn(queueId: string, freshness?: Freshness): AsyncIterable<readonly Stored<QueuedConversation>[]>;
  /** An agent's work items: offered to it, held, or put aside; latest change first. */
  ofAgent(agentId: AgentId, states: readonly ConversationState[], page: PageRequest): Promise<Page<Conversation>>;
  /** Those that nobody has in a queue, oldest first. */
  openIn(queueId: string, page: PageRequest): Promise<Page<Conversation>>;
  /** All that are not closed, in pages. */
  open(): AsyncIterable<readonly Stored<Conversation>[]>;
}

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly conversations: Conversations;
  }
}
