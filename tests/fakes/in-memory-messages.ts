import {
  type DeliveryChange,
  isUnconfirmed,
  type Message,
  mayBecome,
  type OutboundMessage,
  type Postponement,
} from "../../shared/conversation/message.ts";
import type { AttemptsChange, Messages } from "../../shared/conversation/messages.ts";
import { type ConversationId, type MessageId, type ThreadId, threadOf } from "../../shared/kernel/ids.ts";
import type { Instant } from "../../shared/kernel/instant.ts";
import type { Page, PageRequest } from "../../shared/kernel/stored.ts";
import type { ProviderName } from "../../shared/sms/provider.ts";
import type { Hooks } from "./hooks.ts";
import { InMemoryTable } from "./in-memory-table.ts";
import { pageOf, sortedBy } from "./paging.ts";

/** The most replies that the port returns. */
const UNSENT_LIMIT = 100;

export class InMemoryMessages implements Messages {
  readonly #table: InMemoryTable<Message>;

  constructor(hooks: Hooks = {}) {
    this.#table = new InMemoryTable("messages", hooks);
  }

  create(message: Message): Promise<"created" | "exists"> {
    return this.#table.write("create", () =>
      this.#table.insert(keyOf(message.threadId, message.id), message) === "exists" ? "exists" : "created",
    );
  }

  find(threadId: ThreadId, id: MessageId): Promise<Message | undefined> {
    return this.#table.read("find", () => this.#table.get(keyOf(threadId, id))?.value);
  }

  moveTo(conversationId: ConversationId, id: MessageId): Promise<void> {
    return this.#table.write("moveTo", () => {
      const key = keyOf(threadOf(conversationId), id);
      const message = this.#table.get(key)?.value;
      if (message?.direction === "inbound") this.#table.put(key, { ...message, conversationId });
    });
  }

  detach(threadId: ThreadId, id: MessageId, retentionSeconds: number): Promise<void> {
    return this.#table.write("detach", () => {
      const key = keyOf(threadId, id);
      const message = this.#table.get(key)?.value;
      if (message?.direction !== "inbound" || message.conversationId === undefined) return;
      const { conversationId: _, ...detached } = message;
      this.#table.put(key, { ...detached, retentionSeconds });
    });
  }

  advanceDelivery(
    threadId: ThreadId,
    id: MessageId,
    change: DeliveryChange,
  ): Promise<OutboundMessage | "unmoved" | "unknown"> {
    return this.#table.write("advanceDelivery", () => {
      const key = keyOf(threadId, id);
      const message = this.#table.get(key)?.value;
      if (message?.direction !== "outbound") return "unknown";
      const { at, ...changed } = change;
      if (mayBecome(message.state, change.state)) {
        const advanced = { ...message, ...changed, stateChangedAt: at };
        this.#table.put(key, advanced);
        return advanced;
      }
      if (change.state === "failed" || !isUnconfirmed(message)) return "unmoved";
      const { failure: _, ...corrected } = message;
      const advanced = { ...corrected, ...changed, stateChangedAt: at };
      this.#table.put(key, advanced);
      return advanced;
    });
  }

  release(threadId: ThreadId, id: MessageId, at: Instant): Promise<OutboundMessage | undefined> {
    return this.#table.write("release", () => this.#endHold(keyOf(threadId, id), "queued", at));
  }

  withdraw(threadId: ThreadId, id: MessageId, at: Instant): Promise<OutboundMessage | undefined> {
    return this.#table.write("withdraw", () => this.#endHold(keyOf(threadId, id), "withdrawn", at));
  }

  postpone(threadId: ThreadId, id: MessageId, postponed: Postponement): Promise<void> {
    return this.#table.write("postpone", () => {
      const key = keyOf(threadId, id);
      const message = this.#table.get(key)?.value;
      if (message?.direction === "outbound" && message.state === "queued") {
        this.#table.put(key, { ...message, postponed });
      }
    });
  }

  recordAttempts(threadId: ThreadId, id: MessageId, { before, after }: AttemptsChange): Promise<boolean> {
    return this.#table.write("recordAttempts", () => {
      const key = keyOf(threadId, id);
      const message = this.#table.get(key)?.value;
      if (message?.direction !== "outbound" || message.state !== "queued") return false;
      if (message.attempts?.lastAt !== before?.lastAt) return false;
      const { attempts: _, ...rest } = message;
      this.#table.put(key, { ...rest, ...(after && { attempts: after }) });
      return true;
    });
  }

  findByProviderId(provider: ProviderName, providerMessageId: string): Promise<OutboundMessage | undefined> {
    return this.#table.read("findByProviderId", () =>
      this.replies().find((reply) => reply.provider === provider && reply.providerMessageId === providerMessageId),
    );
  }

  ofConversation(id: ConversationId, request: PageRequest): Promise<Page<Message>> {
    return this.#newestFirst("ofConversation", (message) => message.conversationId === id, request);
  }

  ofThread(id: ThreadId, request: PageRequest): Promise<Page<Message>> {
    return this.#newestFirst("ofThread", (message) => message.threadId === id, request);
  }

  unsentBefore(before: Instant): Promise<readonly OutboundMessage[]> {
    return this.#table.read("unsentBefore", () => {
      const unsent = this.replies().filter(
        ({ state, createdAt, postponed, sendAt }) =>
          ["queued", "held"].includes(state) &&
          [createdAt, postponed?.until, sendAt].every((at) => at === undefined || at < before),
      );
      return sortedBy(unsent, orderOf, "ascending").slice(0, UNSENT_LIMIT);
    });
  }

  lastReplyAt(id: ConversationId): Promise<Instant | undefined> {
    return this.#table.read("lastReplyAt", () => {
      const replies = this.replies().filter(
        ({ conversationId, agentId, state }) =>
          conversationId === id && agentId && state !== "held" && state !== "withdrawn",
      );
      return sortedBy(replies, orderOf, "descending")[0]?.createdAt;
    });
  }

  /** All messages. */
  all(): readonly Message[] {
    return this.#table.values().map(({ value }) => value);
  }

  /** All replies. */
  replies(): readonly OutboundMessage[] {
    return this.all().filter((message) => message.direction === "outbound");
  }

  #endHold(key: string, state: "queued" | "withdrawn", at: Instant): OutboundMessage | undefined {
    const message = this.#table.get(key)?.value;
    if (message?.direction !== "outbound" || message.state !== "held") return undefined;
    const ended = { ...message, state, stateChangedAt: at };
    this.#table.put(key, ended);
    return ended;
  }

  #newestFirst(
    operation: string,
    isListed: (message: Message) => boolean,
    request: PageRequest,
  ): Promise<Page<Message>> {
    return this.#table.read(operation, () =>
      pageOf(this.all().filter(isListed), { keyOf: ({ createdAt }) => createdAt, direction: "descending" }, request),
    );
  }
}

const keyOf = (threadId: ThreadId, id: MessageId): string => `${threadId}/${id}`;

const orderOf = ({ createdAt, id }: Message): string => `${createdAt} ${id}`;
