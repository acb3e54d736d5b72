import type { AgentId, ConversationId } from "../kernel/ids.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Freshness, Page, PageRequest, Stored } from "../kernel/stored.ts";
import type { Conversation, ConversationState, QueuedConversation } from "./conversation.ts";

/** Selects conversations by all of its members. */
export interface OpenFilter {
  readonly state?: ConversationState | undefined;
  readonly queueId?: string | undefined;
  /** The owner. */
  readonly agentId?: AgentId | undefined;
}

/** A queue or a channel. */
export type OpenPlace = { readonly queueId: string } | { readonly channelId: string };

/** How many open conversations are in each state. */
export type OpenCounts = Readonly<Partial<Record<Exclude<ConversationState, "closed">, number>>>;

/**
 * The store of conversations. Every method throws TransientError when the store is unavailable or throttles; an iterable
 * does so while it is read.
 */
export interface Conversations {
  /** @returns `undefined` when there is no such conversation. */
  find(id: ConversationId): Promise<Stored<Conversation> | undefined>;
  /** @returns `exists` when there is a conversation with this id: nothing is written then. */
  create(conversation: Conversation): Promise<Stored<Conversation> | "exists">;
  /**
   * Writes the next version of a conversation.
   * @returns `stale` when it has changed since it was read: nothing is written then.
   */
  replace(stored: Stored<Conversation>, next: Conversation): Promise<Stored<Conversation> | "stale">;
  /**
   * Reads the conversations that wait in a queue, by priority and then by time in the queue.
   *
   * @remarks Pages of at most 100, each read on demand. By default a read may miss a recent write: see `Freshness`.
   */
  waitingIn(queueId: string, freshness?: Freshness): AsyncIterable<readonly Stored<QueuedConversation>[]>;
  /** Lists the conversations in these states that an agent owns, the last changed first. */
  ofAgent(agentId: AgentId, states: readonly ConversationState[], page: PageRequest): Promise<Page<Conversation>>;
  /** Lists the conversations that an agent last worked on and that closed at `since` or later, the last closed first. */
  closedOf(agentId: AgentId, since: Instant, page: PageRequest): Promise<Page<Conversation>>;
  /** Lists the conversations that wait in a queue, oldest first. */
  openIn(queueId: string, page: PageRequest): Promise<Page<Conversation>>;
  /** Lists the conversations that are not closed and that the filter selects, the last changed first. */
  listOpen(filter: OpenFilter, page: PageRequest): Promise<Page<Conversation>>;
  /**
   * Counts the conversations of a queue or a channel that are not closed, by state. States without one are left out.
   *
   * @remarks One query, which reads all of them and shows every earlier write.
   */
  countOpen(place: OpenPlace): Promise<OpenCounts>;
  /** Reads all conversations that are not closed, in any order. Each page is read on demand. */
  open(): AsyncIterable<readonly Stored<Conversation>[]>;
}

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly conversations: Conversations;
  }
}
