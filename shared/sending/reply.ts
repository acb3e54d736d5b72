import type { Conversation, ConversationState } from "../conversation/conversation.ts";
import { type OutboundMessage, replyIdFromKey } from "../conversation/message.ts";
import { TransientError } from "../kernel/errors.ts";
import { type AgentId, type ConversationId, type MessageId, messageIdSchema, threadOf } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Stored } from "../kernel/stored.ts";
import { type SettingsSnapshot, sendingRefusal } from "../settings/settings.ts";
import { canBeTexted } from "../sms/address.ts";
import { segmentCount } from "../sms/text.ts";

type ReplyPorts = Pick<Ports, "conversations" | "messages" | "settings" | "jobs" | "now" | "newId">;

export interface ReplyRequest {
  readonly conversationId: ConversationId;
  /** The conversation as it was just read, which saves a read. */
  readonly read?: Stored<Conversation>;
  readonly agentId: AgentId;
  /** Within the cap, and not empty. */
  readonly text: string;
  /** Chosen by the client: the same reply asked for again, with the same key, is sent once. */
  readonly idempotencyKey?: string;
}

/** Why a reply is refused; nothing was stored or sent. */
export type ReplyRefusal =
  | { readonly kind: "not-found" | "not-assigned-to-you" }
  | { readonly kind: "conflict"; readonly state: ConversationState }
  | { readonly kind: "sms-disabled" | "channel-disabled" }
  | { readonly kind: "recipient-opted-out" | "recipient-cannot-be-texted" }
  /** The key was used for another text of this conversation. */
  | { readonly kind: "key-reused" };

export type Replied = { readonly kind: "queued"; readonly message: OutboundMessage } | ReplyRefusal;

/**
 * Stores an agent's reply and asks for it to be sent.
 * @throws TransientError when a store is unavailable; with an idempotency key it may be asked for again.
 */
export const reply = async (ports: ReplyPorts, request: ReplyRequest): Promise<Replied> => {
  const { conversationId, agentId, idempotencyKey, text } = request;
  const [settings, stored] = await Promise.all([
    ports.settings.snapshot(),
    request.read ?? ports.conversations.find(conversationId),
  ]);
  const refusal = refusalOf(settings, stored?.value, agentId);
  const at = ports.now();
  const message: OutboundMessage = {
    id:
      idempotencyKey === undefined
        ? messageIdSchema.parse(`out-${ports.newId()}`)
        : replyIdFromKey(conversationId, agentId, idempotencyKey),
    threadId: threadOf(conversationId),
    conversationId,
    direction: "outbound",
    state: "queued",
    text,
    segments: segmentCount(text),
    createdAt: at,
    stateChangedAt: at,
    agentId,
  };
  // A request made again gets the answer of the first time, whatever has happened to the conversation since.
  if (refusal) return idempotencyKey === undefined ? refusal : ((await earlier(ports, message)) ?? refusal);
  if ((await ports.messages.create(message)) === "exists") {
    const known = await earlier(ports, message);
    if (known?.kind === "queued") await askToSend(ports, message);
    return known ?? { kind: "not-found" };
  }
  await askToSend(ports, message);
  return { kind: "queued", message };
};

/** A reply that is stored goes out, with this wish or, where the broker takes none now, with the sweep's. */
const askToSend = ({ jobs }: ReplyPorts, { threadId, id }: OutboundMessage): Promise<void> =>
  jobs.enqueueOutbound(threadId, id).catch((error: unknown) => {
    if (!(error instanceof TransientError)) throw error;
  });

const earlier = async ({ messages }: ReplyPorts, again: OutboundMessage): Promise<Replied | undefined> => {
  const known = await messages.find(again.threadId, again.id);
  if (known?.direction !== "outbound") return undefined;
  return known.text === again.text ? { kind: "queued", message: known } : { kind: "key-reused" };
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

const refusalOf = (
  settings: SettingsSnapshot,
  conversation: Conversation | undefined,
  agentId: AgentId,
): ReplyRefusal | undefined => {
  if (!conversation) return { kind: "not-found" };
  if (conversation.state !== "active") {
    return isOthers(conversation, agentId)
      ? { kind: "not-assigned-to-you" }
      : { kind: "conflict", state: conversation.state };
  }
  if (conversation.agentId !== agentId) return { kind: "not-assigned-to-you" };
  if (conversation.optedOut) return { kind: "recipient-opted-out" };
  if (!canBeTexted(conversation.customer)) return { kind: "recipient-cannot-be-texted" };
  return sendingRefusal(
    settings,
    settings.channels.find(({ id }) => id === conversation.channelId),
  );
};

const isOthers = (conversation: Conversation, agentId: AgentId): boolean =>
  (conversation.state === "waiting" || conversation.state === "wrap-up") && conversation.agentId !== agentId;
