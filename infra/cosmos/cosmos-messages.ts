import type { PatchOperation } from "@azure/cosmos";
import {
  type DeliveryChange,
  deliveryStateSchema,
  type Message,
  mayBecome,
  type OutboundMessage,
  type Postponement,
  UNCONFIRMED_FAILURES,
} from "../../shared/conversation/message.ts";
import type { AttemptsChange, Messages } from "../../shared/conversation/messages.ts";
import { type ConversationId, type MessageId, type ThreadId, threadOf } from "../../shared/kernel/ids.ts";
import type { Instant } from "../../shared/kernel/instant.ts";
import { RETRY, retryOnConflict } from "../../shared/kernel/retry-on-conflict.ts";
import type { Page, PageRequest } from "../../shared/kernel/stored.ts";
import type { ProviderName } from "../../shared/sms/provider.ts";
import type { Containers } from "./cosmos-database.ts";
import { Documents } from "./documents.ts";
import { isDraftId } from "./draft-document.ts";
import { MESSAGE_DOCUMENT, toAttemptsDocument, toDeliveryMembers, toPostponedDocument } from "./message-document.ts";

/** Messages in the container of that name. */
export class CosmosMessages implements Messages {
  readonly #documents: Documents<Message>;

  constructor(containers: Containers) {
    this.#documents = new Documents(containers, MESSAGE_DOCUMENT);
  }

  async create(message: Message): Promise<"created" | "exists"> {
    return (await this.#documents.create(message)) === "exists" ? "exists" : "created";
  }

  async find(threadId: ThreadId, id: MessageId): Promise<Message | undefined> {
    return isDraftId(id) ? undefined : (await this.#documents.read(id, threadId))?.value;
  }

  async moveTo(conversationId: ConversationId, id: MessageId): Promise<void> {
    await this.#documents.patch({
      id,
      partition: threadOf(conversationId),
      operations: [{ op: "set", path: "/conversationId", value: conversationId }],
    });
  }

  async detach(threadId: ThreadId, id: MessageId, retentionSeconds: number): Promise<void> {
    await this.#documents.patch({
      id,
      partition: threadId,
      operations: [
        { op: "remove", path: "/conversationId" },
        { op: "set", path: "/ttl", value: retentionSeconds },
      ],
      condition: 'FROM c WHERE c.direction = "inbound" AND IS_DEFINED(c.conversationId)',
    });
  }

  async advanceDelivery(
    threadId: ThreadId,
    id: MessageId,
    change: DeliveryChange,
  ): Promise<OutboundMessage | "unmoved" | "unknown"> {
    const operations = Object.entries(toDeliveryMembers(change))
      .filter(([, value]) => value !== undefined)
      .map(([name, value]): PatchOperation => ({ op: "set", path: `/${name}`, value }));
    return retryOnConflict({ what: `delivery of message ${id}` }, async () => {
      const condition = mayBecomeCondition(change.state);
      const patched = await this.#documents.patch({ id, partition: threadId, operations, condition });
      if (patched === "not-found") return "unknown";
      if (patched !== "refused") return requireOutbound(patched);
      if (change.state === "failed") return "unmoved";
      const corrected = await this.#documents.patch({
        id,
        partition: threadId,
        operations: [...operations, { op: "remove", path: "/failure" }],
        condition: UNCONFIRMED,
      });
      if (typeof corrected !== "string") return requireOutbound(corrected);
      // Another report may have corrected the failure between the two patches.
      const message = await this.find(threadId, id);
      return message?.direction === "outbound" && mayBecome(message.state, change.state) ? RETRY : "unmoved";
    });
  }

  async release(threadId: ThreadId, id: MessageId, at: Instant): Promise<OutboundMessage | undefined> {
    return this.#endHold(threadId, id, { state: "queued", at });
  }

  async withdraw(threadId: ThreadId, id: MessageId, at: Instant): Promise<OutboundMessage | undefined> {
    return this.#endHold(threadId, id, { state: "withdrawn", at });
  }

  async #endHold(
    threadId: ThreadId,
    id: MessageId,
    { state, at }: { readonly state: "queued" | "withdrawn"; readonly at: Instant },
  ): Promise<OutboundMessage | undefined> {
    const patched = await this.#documents.patch({
      id,
      partition: threadId,
      operations: [
        { op: "set", path: "/state", value: state },
        { op: "set", path: "/stateAt", value: at },
      ],
      condition: 'FROM c WHERE c.state = "held"',
    });
    return typeof patched !== "string" && patched.direction === "outbound" ? patched : undefined;
  }

  async postpone(threadId: ThreadId, id: MessageId, postponement: Postponement): Promise<void> {
    await this.#documents.patch({
      id,
      partition: threadId,
      operations: [{ op: "set", path: "/postponed", value: toPostponedDocument(postponement) }],
      condition: 'FROM c WHERE c.state = "queued"',
    });
  }

  async recordAttempts(threadId: ThreadId, id: MessageId, { before, after }: AttemptsChange): Promise<boolean> {
    const path = "/attempts";
    const operation: PatchOperation = after
      ? { op: "set", path, value: toAttemptsDocument(after) }
      : { op: "remove", path };
    const isUnchanged = before ? `c.attempts.lastAt = ${JSON.stringify(before.lastAt)}` : "NOT IS_DEFINED(c.attempts)";
    const patched = await this.#documents.patch({
      id,
      partition: threadId,
      operations: [operation],
      condition: `FROM c WHERE c.state = "queued" AND ${isUnchanged}`,
    });
    return typeof patched !== "string";
  }

  async findByProviderId(provider: ProviderName, providerMessageId: string): Promise<OutboundMessage | undefined> {
    const [found] = await this.#documents.query({
      text: "SELECT * FROM c WHERE c.providerMessageId = @id AND c.provider = @provider",
      parameters: { id: providerMessageId, provider },
    });
    return found?.direction === "outbound" ? found : undefined;
  }

  ofConversation(id: ConversationId, page: PageRequest): Promise<Page<Message>> {
    const threadId = threadOf(id);
    return this.#documents.page(
      {
        where: "c.threadId = @threadId AND c.conversationId = @id",
        sortedBy: "at",
        order: "DESC",
        parameters: { threadId, id },
        partition: threadId,
      },
      page,
    );
  }

  ofThread(threadId: ThreadId, page: PageRequest): Promise<Page<Message>> {
    return this.#documents.page(
      {
        where: "c.threadId = @threadId",
        sortedBy: "at",
        order: "DESC",
        parameters: { threadId },
        partition: threadId,
      },
      page,
    );
  }

  async unsentBefore(before: Instant): Promise<readonly OutboundMessage[]> {
    const found = await this.#documents.query({
      text: `SELECT TOP 100 * FROM c WHERE c.direction = "outbound" AND c.state IN ("queued", "held") AND c.at < @before
             AND (NOT IS_DEFINED(c.postponed) OR c.postponed.until < @before)
             AND (NOT IS_DEFINED(c.sendAt) OR c.sendAt < @before) ORDER BY c.at`,
      parameters: { before },
    });
    return found.filter((message) => message.direction === "outbound");
  }

  async lastReplyAt(id: ConversationId): Promise<Instant | undefined> {
    const threadId = threadOf(id);
    const [newest] = await this.#documents.query({
      text: `SELECT TOP 1 * FROM c WHERE c.threadId = @threadId AND c.conversationId = @id
             AND c.direction = "outbound" AND IS_DEFINED(c.agentId) AND NOT (c.state IN ("held", "withdrawn"))
             ORDER BY c.at DESC`,
      parameters: { threadId, id },
      partition: threadId,
    });
    return newest?.createdAt;
  }
}

/** Narrows what a patch of a reply returns. */
const requireOutbound = (message: Message): OutboundMessage => {
  if (message.direction !== "outbound") throw new Error(`message ${message.id} is no reply`);
  return message;
};

/** The patch condition of `isUnconfirmed`. */
const UNCONFIRMED = `from c where c.state = "failed" and not is_defined(c.code)
  and c.failure in (${UNCONFIRMED_FAILURES.map((failure) => JSON.stringify(failure)).join(", ")})`;

/** The patch condition of `mayBecome`. */
const mayBecomeCondition = (to: DeliveryChange["state"]): string => {
  const from = deliveryStateSchema.options.filter((state) => mayBecome(state, to));
  return `from c where c.direction = "outbound" and c.state in (${from.map((state) => JSON.stringify(state)).join(", ")})`;
};
