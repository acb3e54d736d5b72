import { isBlocked } from "../consent/block.ts";
import { changeUnlessRefused } from "../conversation/change-conversation.ts";
import { type Conversation, type ConversationState, ownerOf } from "../conversation/conversation.ts";
import { findUnseen, type Unseen } from "../conversation/find-unseen.ts";
import { type Message, type OutboundMessage, replyIdFromKey } from "../conversation/message.ts";
import type { Thread } from "../conversation/thread.ts";
import { TransientError } from "../kernel/errors.ts";
import { type AgentId, type ConversationId, type MessageId, messageIdSchema, threadOf } from "../kernel/ids.ts";
import { addSeconds, secondsBetween } from "../kernel/instant.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Stored } from "../kernel/stored.ts";
import { disabledReason, type SettingsSnapshot } from "../settings/settings.ts";
import { canBeTexted } from "../sms/address.ts";
import { segmentCount } from "../sms/text.ts";

export type ReplyPorts = Pick<Ports, "conversations" | "messages" | "settings" | "jobs" | "now" | "newId" | "threads">;

export interface ReplyRequest {
  readonly conversationId: ConversationId;
  /** The conversation as it was just read, which saves a read. */
  readonly read?: Stored<Conversation>;
  readonly agentId: AgentId;
  /** Not empty, and at most `TEXT_CAP` UTF-16 code units. */
  readonly text: string;
  /** For how long the reply may be withdrawn before it is sent, in seconds: 0 to `MAX_HOLD_SECONDS`. 0 by default. */
  readonly holdSeconds?: number | undefined;
  /** The newest message that the agent saw: a newer one of a colleague refuses the reply. */
  readonly lastSeenMessageId?: MessageId | undefined;
  /** Chosen by the client. A repeated request with the same key is sent once. */
  readonly idempotencyKey?: string;
}

/** Why a reply is refused: nothing was stored or sent. `key-reused`: the key belongs to another text. */
export type ReplyRefusal =
  | { readonly kind: "not-found" | "not-assigned-to-you" }
  | { readonly kind: "conflict"; readonly state: ConversationState }
  | { readonly kind: "sms-disabled" | "channel-disabled" }
  | { readonly kind: "recipient-opted-out" | "recipient-blocked" | "recipient-cannot-be-texted" }
  | Unseen
  | { readonly kind: "key-reused" };

export type Replied = { readonly kind: "queued"; readonly message: OutboundMessage } | ReplyRefusal;

/**
 * Stores an agent's reply and enqueues it.
 * @throws TransientError when a store is unavailable; with an idempotency key the request may be repeated.
 */
export const reply = (ports: ReplyPorts, request: ReplyRequest): Promise<Replied> => {
  const { conversationId, agentId, idempotencyKey } = request;
  return idempotencyKey === undefined
    ? storeReply(ports, { ...request, id: messageIdSchema.parse(`out-${ports.newId()}`), mayExist: false })
    : storeReply(ports, { ...request, id: replyIdFromKey(conversationId, agentId, idempotencyKey), mayExist: true });
};

interface IdentifiedReply extends Omit<ReplyRequest, "idempotencyKey"> {
  readonly id: MessageId;
  /** Whether an earlier request may have stored it. */
  readonly mayExist: boolean;
  /** The failed reply that it repeats. */
  readonly retryOf?: MessageId;
}

/**
 * Stores a reply under its id and enqueues it. The conversation knows of the reply before it is stored, so that concurrent
 * replies form one line: docs/decisions/0026-a-reply-is-noted-before-it-is-stored.md.
 * @throws TransientError when a store is unavailable. The request may be repeated.
 */
export const storeReply = async (ports: ReplyPorts, request: IdentifiedReply): Promise<Replied> => {
  const { id, mayExist, conversationId, agentId, lastSeenMessageId, holdSeconds = 0 } = request;
  const threadId = threadOf(conversationId);
  const [settings, thread, earlier] = await Promise.all([
    ports.settings.snapshot(),
    ports.threads.find(threadId),
    mayExist ? ports.messages.find(threadId, id) : undefined,
  ]);
  // A repeated request gets the first outcome, whatever has happened to the conversation since.
  if (earlier) return repeat(ports, request, earlier);
  const noted = await changeUnlessRefused(ports, {
    target: request.read ?? conversationId,
    event: { kind: "agent-replies", agentId, messageId: id, isHeld: holdSeconds > 0 },
    refuse: async (conversation) =>
      refusalOf({ settings, conversation, thread: thread?.value, agentId }) ??
      (await findUnseen(ports, conversation, { agentId, lastSeenMessageId })),
  });
  if (noted.kind === "stale") throw new TransientError(`conversation ${conversationId} has changed`);
  if (noted.kind !== "changed") return noted;
  const message = replyMessage(ports, request, noted.conversation);
  if ((await ports.messages.create(message)) === "exists") {
    const concurrent = await ports.messages.find(threadId, id);
    return concurrent ? repeat(ports, request, concurrent) : { kind: "not-found" };
  }
  await enqueue(ports, message);
  return { kind: "queued", message };
};

/** @returns the outcome of an earlier request for the same reply. */
const repeat = async (
  ports: Pick<Ports, "jobs" | "now">,
  { text }: IdentifiedReply,
  message: Message,
): Promise<Replied> => {
  if (message.direction !== "outbound" || message.text !== text) return { kind: "key-reused" };
  await enqueue(ports, message);
  return { kind: "queued", message };
};

/** Enqueues a stored reply. When the broker is unavailable, the sweep does it. */
const enqueue = async (
  { jobs, now }: Pick<Ports, "jobs" | "now">,
  { threadId, id, state, sendAt }: OutboundMessage,
): Promise<void> => {
  if (state !== "queued" && state !== "held") return;
  const at = now();
  const afterSeconds = sendAt === undefined ? 0 : Math.max(0, secondsBetween(at, sendAt));
  try {
    await jobs.enqueueOutbound(threadId, id, { afterSeconds });
  } catch (error) {
    if (!(error instanceof TransientError)) throw error;
  }
};

/** @param conversation - after it noted the reply. */
const replyMessage = (
  { now }: Pick<Ports, "now">,
  { id, conversationId, agentId, text, holdSeconds = 0, retryOf }: IdentifiedReply,
  conversation: Conversation,
): OutboundMessage => {
  const { threadId, lastReply } = conversation;
  const createdAt = lastReply?.at ?? now();
  return {
    id,
    threadId,
    conversationId,
    direction: "outbound",
    ...(holdSeconds > 0 ? { state: "held", sendAt: addSeconds(createdAt, holdSeconds) } : { state: "queued" }),
    text,
    segments: segmentCount(text),
    createdAt,
    stateChangedAt: createdAt,
    agentId,
    ...(lastReply?.after !== undefined && { after: lastReply.after }),
    ...(retryOf !== undefined && { retryOf }),
  };
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
  readonly conversation: Conversation;
  readonly thread: Thread | undefined;
  readonly agentId: AgentId;
}

const refusalOf = ({ settings, conversation, thread, agentId }: ReplyContext): ReplyRefusal | undefined => {
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
