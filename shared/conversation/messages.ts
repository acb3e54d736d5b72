import type { ConversationId, MessageId, ThreadId } from "../kernel/ids.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Page, PageRequest } from "../kernel/stored.ts";
import type { Attempts, ProviderName } from "../sms/provider.ts";
import type { DeliveryChange, Message, OutboundMessage } from "./message.ts";

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
   * Takes note that a reply is being handed over, or that it surely was not taken.
   * @param before - the attempts as they were read.
   * @param now - the attempts from now on; nothing when none was taken.
   * @returns false when another attempt came first, or the reply is on its way already: nothing is noted then.
   */
  recordAttempts(
    threadId: ThreadId,
    id: MessageId,
    before: Attempts | undefined,
    now: Attempts | undefined,
  ): Promise<boolean>;
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
