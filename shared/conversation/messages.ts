import type { ConversationId, MessageId, ThreadId } from "../kernel/ids.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Page, PageRequest } from "../kernel/stored.ts";
import type { Attempts, ProviderName } from "../sms/provider.ts";
import type { DeliveryChange, Message, OutboundMessage } from "./message.ts";

/** A change of a reply's attempts. */
export interface AttemptsChange {
  /** As they were read. The change is refused when they are others by now. */
  readonly before: Attempts | undefined;
  /** `undefined` when no attempt remains. */
  readonly after: Attempts | undefined;
}

/** Where messages are kept. Every method throws TransientError when the store is unavailable or throttles. */
export interface Messages {
  /** Keeps a message once: an id that is there already is left as it is. */
  create(message: Message): Promise<"created" | "exists">;
  find(threadId: ThreadId, id: MessageId): Promise<Message | undefined>;
  /** Moves a text that was received to another conversation of its thread. */
  moveTo(conversationId: ConversationId, id: MessageId): Promise<void>;
  /**
   * Moves a reply's delivery forward; where that would be backwards, nothing happens. A failure that nobody confirmed
   * gives way to `sent` and `delivered`.
   * @returns the reply as it is afterwards when it moved; `unmoved` when it was past that already; `unknown` when there
   * is no such reply.
   */
  advanceDelivery(threadId: ThreadId, id: MessageId, change: DeliveryChange): Promise<"moved" | "unmoved" | "unknown">;
  /**
   * Records an attempt to send a reply, or removes one that the provider certainly did not take.
   * @returns false when another attempt came first, or the reply is no longer queued: nothing is recorded then.
   */
  recordAttempts(threadId: ThreadId, id: MessageId, change: AttemptsChange): Promise<boolean>;
  findByProviderId(provider: ProviderName, providerMessageId: string): Promise<OutboundMessage | undefined>;
  /** Newest first. */
  ofConversation(id: ConversationId, page: PageRequest): Promise<Page<Message>>;
  /** Newest first, of all conversations of the thread, and those of none. */
  ofThread(id: ThreadId, page: PageRequest): Promise<Page<Message>>;
  /** Replies that were stored before `before` and not sent yet; at most 100, oldest first. */
  unsentBefore(before: Instant): Promise<readonly OutboundMessage[]>;
  /** When the newest reply of the conversation was stored. */
  lastReplyAt(id: ConversationId): Promise<Instant | undefined>;
}

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly messages: Messages;
  }
}
