import type { ConversationId, MessageId, ThreadId } from "../kernel/ids.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Page, PageRequest } from "../kernel/stored.ts";
import type { Attempts, ProviderName } from "../sms/provider.ts";
import type { DeliveryChange, Message, OutboundMessage, Postponement } from "./message.ts";

/** How long a message that is stored may be missing, because a replica does not show it yet. */
export const REPLICA_LAG_SECONDS = 60;

/** A change of a reply's attempts. */
export interface AttemptsChange {
  /** The attempts as they were read. The change is refused when they have changed since. */
  readonly before: Attempts | undefined;
  /** `undefined` when no attempt remains. */
  readonly after: Attempts | undefined;
}

/** The store of messages. Every method throws TransientError when the store is unavailable or throttles. */
export interface Messages {
  /** @returns `exists` when there is a message with this id: nothing is written then. */
  create(message: Message): Promise<"created" | "exists">;
  /** @returns `undefined` when there is no such message. */
  find(threadId: ThreadId, id: MessageId): Promise<Message | undefined>;
  /** Moves an inbound message to another conversation of its thread. A message that does not exist is ignored. */
  moveTo(conversationId: ConversationId, id: MessageId): Promise<void>;
  /**
   * Removes an inbound message from its conversation, and limits how long it is kept. A message that has no conversation,
   * or does not exist, is ignored.
   * @param retentionSeconds - how long it is kept from now on.
   */
  detach(threadId: ThreadId, id: MessageId, retentionSeconds: number): Promise<void>;
  /**
   * Advances the delivery state of a reply. The state never regresses; an unconfirmed failure gives way to `sent` and
   * `delivered`.
   * @returns the reply when its state changed, `unmoved` when it was already past the new one, `unknown` when there is no
   * such reply.
   */
  advanceDelivery(
    threadId: ThreadId,
    id: MessageId,
    change: DeliveryChange,
  ): Promise<OutboundMessage | "unmoved" | "unknown">;
  /**
   * Queues a held reply, which can no longer be withdrawn.
   * @returns the reply after that; undefined when it is not held, and nothing is changed.
   */
  release(threadId: ThreadId, id: MessageId, at: Instant): Promise<OutboundMessage | undefined>;
  /**
   * Withdraws a held reply, which is never sent then.
   * @returns the reply after that; undefined when it is not held, and nothing is changed.
   */
  withdraw(threadId: ThreadId, id: MessageId, at: Instant): Promise<OutboundMessage | undefined>;
  /** Postpones the sending of a message. A message that is no longer queued stays as it is. */
  postpone(threadId: ThreadId, id: MessageId, postponement: Postponement): Promise<void>;
  /**
   * Records an attempt to send a reply, or removes one that the provider certainly did not accept.
   * @returns false when another attempt came first, or the reply is no longer queued: nothing is recorded then.
   */
  recordAttempts(threadId: ThreadId, id: MessageId, change: AttemptsChange): Promise<boolean>;
  /**
   * Finds an outbound message by the id that its provider gave it.
   * @returns `undefined` when there is none, or when the send is not recorded yet.
   */
  findByProviderId(provider: ProviderName, providerMessageId: string): Promise<OutboundMessage | undefined>;
  /** Lists the messages of a conversation, newest first. */
  ofConversation(id: ConversationId, page: PageRequest): Promise<Page<Message>>;
  /** Lists the messages of a thread, newest first, with those that belong to no conversation. */
  ofThread(id: ThreadId, page: PageRequest): Promise<Page<Message>>;
  /**
   * Returns queued and held messages that were due before `before`: stored, or held or postponed until a time, before it.
   * At most 100, oldest first.
   */
  unsentBefore(before: Instant): Promise<readonly OutboundMessage[]>;
  /**
   * Returns when the newest reply of an agent in a conversation was stored. One that is held or withdrawn does not count.
   * @returns `undefined` when the conversation has none.
   */
  lastReplyAt(id: ConversationId): Promise<Instant | undefined>;
}

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly messages: Messages;
  }
}
