import { isBlocked } from "../consent/block.ts";
import { changeConversation } from "../conversation/change-conversation.ts";
import { type Conversation, type ConversationState, ownerOf } from "../conversation/conversation.ts";
import { type OutboundMessage, replyIdFromKey } from "../conversation/message.ts";
import type { Thread } from "../conversation/thread.ts";
import { TransientError } from "../kernel/errors.ts";
import { type AgentId, type ConversationId, type MessageId, messageIdSchema, threadOf } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Stored } from "../kernel/stored.ts";
import { disabledReason, type SettingsSnapshot } from "../settings/settings.ts";
import { canBeTexted } from "../sms/address.ts";
import { segmentCount } from "../sms/text.ts";

type ReplyPorts = Pick<Ports, "conversations" | "messages" | "settings" | "jobs" | "now" | "newId" | "threads">;

export interface ReplyRequest {
  readonly conversationId: ConversationId;
  /** The conversation as it was just read, which saves a read. */
  readonly read?: Stored<Conversation>;
  readonly agentId: AgentId;
  /** Not empty, and at most `TEXT_CAP` UTF-16 code units. */
  readonly text: string;
  /** Chosen by the client. A repeated request with the same key is sent once. */
  readonly idempotencyKey?: string;
}

/** Why a reply is refused: nothing was stored or sent. `key-reused`: the key belongs to another text. */
export type ReplyRefusal =
  | { readonly kind: "not-found" | "not-assigned-to-you" }
  | { readonly kind: "conflict"; readonly state: ConversationState }
  | { readonly kind: "sms-disabled" | "channel-disabled" }
  | { readonly kind: "recipient-opted-out" | "recipient-blocked" | "recipient-cannot-be-texted" }
  | { readonly kind: "key-reused" };

export type Replied = { readonly kind: "queued"; readonly message: OutboundMessage } | ReplyRefusal;

/**
 * Stores an agent's reply and enqueues it.
 * @throws TransientError when a store is unavailable; with an idempotency key the request may be repeated.
 */
export const reply = async (ports: ReplyPorts, request: ReplyRequest): Promise<Replied> => {
  const { conversationId, agentId, idempotencyKey } = request;
  const [settings, stored, thread] = await Promise.all([
    ports.settings.snapshot(),
    request.read ?? ports.conversations.find(conversationId),
    ports.threads.find(threadOf(conversationId)),
  ]);
  const refusal = refusalOf({ settings, conversation: stored?.value, thread: thread?.value, agentId });
  const message = replyMessage(ports, request, stored?.value);
  // A repeated request gets the first outcome, whatever has happened to the conversation since.
  if (refusal) return idempotencyKey === undefined ? refusal : ((await findRepeated(ports, message)) ?? refusal);
  if ((await ports.messages.create(message)) === "exists") {
    const repeated = await findRepeated(ports, message);
    if (repeated?.kind === "queued") await complete(ports, repeated.message, stored);
    return repeated ?? { kind: "not-found" };
  }
  await complete(ports, message, stored);
  return { kind: "queued", message };
};

/**
 * Notes a stored reply on its conversation, and enqueues it. When the store or the broker is unavailable, the sweep does
 * both.
 */
const complete = async (
  ports: Pick<Ports, "conversations" | "jobs" | "messages" | "now">,
  message: OutboundMessage,
  stored: Stored<Conversation> | undefined,
): Promise<void> => {
  const steps = [
    () => stored && noteReply(ports, message, stored),
    () => ports.jobs.enqueueOutbound(message.threadId, message.id),
  ];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
    }
  }
};

/**
 * Notes that the customer has a reply, and which one is the newest. When another reply was noted since the conversation
 * was read, this one is to leave after it.
 */
const noteReply = async (
  ports: Pick<Ports, "conversations" | "messages" | "now">,
  { threadId, id, createdAt, after }: OutboundMessage,
  stored: Stored<Conversation>,
): Promise<void> => {
  const noted = await changeConversation(ports, stored, { kind: "agent-replies", at: createdAt, messageId: id });
  const newest = noted.kind === "changed" ? noted.conversation.lastReply : undefined;
  if (newest?.id === id && newest.after !== undefined && newest.after !== after) {
    await ports.messages.sendAfter(threadId, id, newest.after);
  }
};

const replyMessage = (
  { now, newId }: Pick<Ports, "now" | "newId">,
  { conversationId, agentId, idempotencyKey, text }: ReplyRequest,
  conversation: Conversation | undefined,
): OutboundMessage => {
  const createdAt = now();
  const after = conversation?.lastReply?.id;
  return {
    id:
      idempotencyKey === undefined
        ? messageIdSchema.parse(`out-${newId()}`)
        : replyIdFromKey(conversationId, agentId, idempotencyKey),
    threadId: threadOf(conversationId),
    conversationId,
    direction: "outbound",
    state: "queued",
    text,
    segments: segmentCount(text),
    createdAt,
    stateChangedAt: createdAt,
    agentId,
    ...(after !== undefined && { after }),
  };
};

/**
 * Whether an agent has replied with an idempotency key before: the request is then a repetition.
 * @throws TransientError when the store is unavailable.
 */
export const hasReplied = async (
  { messages }: Pick<Ports, "messages">,
  {
    conversationId,
    agentId,
    idempotencyKey,
  }: Required<Pick<ReplyRequest, "conversationId" | "agentId" | "idempotencyKey">>,
): Promise<boolean> => {
  const id = replyIdFromKey(conversationId, agentId, idempotencyKey);
  return (await messages.find(threadOf(conversationId), id)) !== undefined;
};

/** @returns the outcome of an earlier request with the same key; undefined when there was none. */
const findRepeated = async (
  { messages }: Pick<Ports, "messages">,
  { threadId, id, text }: OutboundMessage,
): Promise<Replied | undefined> => {
  const stored = await messages.find(threadId, id);
  if (stored?.direction !== "outbound") return undefined;
  return stored.text === text ? { kind: "queued", message: stored } : { kind: "key-reused" };
};

/**
 * Finds a reply of a conversation.
 * @throws TransientError when the store is unavailable.
 */
export const findReply = async (
  { messages }: Pick<Ports, "messages">,
  { id, threadId }: Conversation,
  messageId: MessageId,
): Promise<OutboundMessage | undefined> => {
  const message = await messages.find(threadId, messageId);
  return message?.direction === "outbound" && message.conversationId === id ? message : undefined;
};

interface ReplyContext {
  readonly settings: SettingsSnapshot;
  readonly conversation: Conversation | undefined;
  readonly thread: Thread | undefined;
  readonly agentId: AgentId;
}

const refusalOf = ({ settings, conversation, thread, agentId }: ReplyContext): ReplyRefusal | undefined => {
  if (!conversation) return { kind: "not-found" };
  const owner = ownerOf(conversation);
  if (owner !== undefined && owner !== agentId) return { kind: "not-assigned-to-you" };
  if (conversation.state !== "active") return { kind: "conflict", state: conversation.state };
  if (thread && isBlocked(thread)) return { kind: "recipient-blocked" };
  if (conversation.optedOut) return { kind: "recipient-opted-out" };
  if (!canBeTexted(conversation.customer)) return { kind: "recipient-cannot-be-texted" };
  const channel = settings.channels.find(({ id }) => id === conversation.channelId);
  const reason = disabledReason(settings, channel);
  return reason && { kind: reason };
};
