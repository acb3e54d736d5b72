import * as z from "zod";
import {
  agentIdSchema,
  type ConversationId,
  conversationIdSchema,
  type MessageId,
  messageIdSchema,
  type ThreadId,
  threadIdSchema,
} from "../kernel/ids.ts";
import { type Instant, instantSchema } from "../kernel/instant.ts";
import { sha256 } from "../kernel/sha256.ts";
import { writtenTextSchema } from "../kernel/text.ts";
import { type Failure, failureSchema } from "../sms/failure.ts";
import { keywordSchema } from "../sms/keyword.ts";
import { type InboundText, mediaSchema, type ProviderName, providerNameSchema } from "../sms/provider.ts";
import { segmentCount, TEXT_CAP } from "../sms/text.ts";

const commonShape = {
  id: messageIdSchema,
  threadId: threadIdSchema,
  text: z.string(),
  /** When the provider received the text, or when the reply was stored. Threads are sorted by it. */
  createdAt: instantSchema,
  segments: z.int().min(1),
};

/** A text of the customer. */
export const inboundMessageSchema = z.object({
  ...commonShape,
  direction: z.literal("inbound"),
  state: z.literal("received"),
  /** Absent when the text was a keyword or a reaction and no conversation was open, and for a blocked number. */
  conversationId: conversationIdSchema.optional(),
  /** Whether the text is longer than a reply may be. It is stored whole. */
  exceedsLimit: z.boolean(),
  /** Whether the text may be a request to stop that is not a keyword. An agent decides. */
  asksToStop: z.boolean().optional(),
  /** Whether the provider gave the time without a zone, so that `createdAt` takes it as UTC. */
  timeAssumesUtc: z.boolean().optional(),
  /** Links to the attachments. */
  media: z.array(mediaSchema).optional(),
  /** How long it is kept after it is stored, in seconds; without it, for ever. */
  retentionSeconds: z.int().min(1).optional(),
});
export type InboundMessage = z.infer<typeof inboundMessageSchema>;

/**
 * The progress of an outbound message. `held`: its author may withdraw it until it is queued. `sent`: the provider accepted
 * it. `withdrawn`, `delivered` and `failed` are final. Without delivery reports it stays `sent`.
 */
export const deliveryStateSchema = z.enum(["held", "withdrawn", "queued", "sent", "delivered", "failed"]);
export type DeliveryState = z.infer<typeof deliveryStateSchema>;

/** When a queued message is to be sent that could not be sent at once. */
const postponementSchema = z.object({
  /** When to try it next. */
  until: instantSchema,
  /** The turn that the channel's pace gave it. */
  turnAt: instantSchema.optional(),
  /** When the first attempt failed after which a retry was possible. */
  retryingSince: instantSchema.optional(),
});
export type Postponement = z.infer<typeof postponementSchema>;

/** A text to the customer: an agent's reply, or an automatic text. */
export const outboundMessageSchema = z.object({
  ...commonShape,
  direction: z.literal("outbound"),
  state: deliveryStateSchema,
  /** Absent in a keyword reply that was sent while no conversation was open. */
  conversationId: conversationIdSchema.optional(),
  /** The agent who wrote it; absent for an automatic text. */
  agentId: agentIdSchema.optional(),
  /** In a keyword reply: the keyword, and the message that contained it. */
  answeredKeyword: z.object({ keyword: keywordSchema, messageId: messageIdSchema }).optional(),
  provider: providerNameSchema.optional(),
  providerMessageId: z.string().optional(),
  failure: failureSchema.optional(),
  /** The provider's code of the failure. */
  code: z.string().optional(),
  /** The conversation's previous reply, which has to leave first. Absent in its first one, and in automatic texts. */
  after: messageIdSchema.optional(),
  /** The failed reply that it repeats. */
  retryOf: messageIdSchema.optional(),
  /** Until when it is held; absent in a message that is not held at first. */
  sendAt: instantSchema.optional(),
  /** Present once its sending was postponed. */
  postponed: postponementSchema.optional(),
  /** The attempts to send it that the provider may have accepted. */
  attempts: z.object({ firstAt: instantSchema, lastAt: instantSchema }).optional(),
  stateChangedAt: instantSchema,
});
export type OutboundMessage = z.infer<typeof outboundMessageSchema>;

/** A text that colleagues write for each other. It is never sent to the customer. */
export const noteSchema = z.object({
  id: messageIdSchema,
  threadId: threadIdSchema,
  text: z.string(),
  createdAt: instantSchema,
  direction: z.literal("internal"),
  conversationId: conversationIdSchema,
  /** Who wrote it. */
  agentId: agentIdSchema,
});
export type Note = z.infer<typeof noteSchema>;

/** Most UTF-16 code units of a note. */
const NOTE_CAP = 4000;

/** The text of a note. */
export const noteTextSchema = writtenTextSchema(NOTE_CAP);

export type Message = InboundMessage | OutboundMessage | Note;

const SAFE_ID = /^[A-Za-z0-9_.:-]{1,200}$/;

/** An id that is made from parts, so that the same parts make it again. */
const derivedId = (prefix: "out" | "note", ...parts: readonly (string | number)[]): MessageId =>
  messageIdSchema.parse(`${prefix}-${sha256(parts.join("|")).slice(0, 32)}`);

/** The id of an inbound message: made from the provider's id, so that a redelivery has the same. */
export const inboundMessageId = (provider: ProviderName, providerMessageId: string): MessageId =>
  messageIdSchema.parse(
    `${provider}:${SAFE_ID.test(providerMessageId) ? providerMessageId : sha256(providerMessageId)}`,
  );

/** The id of a reply with an idempotency key: a repeated request has the same. */
export const replyIdFromKey = (conversationId: ConversationId, agentId: string, key: string): MessageId =>
  derivedId("out", conversationId, agentId, key);

/** The id of the retry of a failed reply, which has at most one. */
export const retryIdOf = (failed: MessageId): MessageId => derivedId("out", "retry", failed);

/** The id of a note with an idempotency key: a repeated request has the same. */
export const noteIdFromKey = (conversationId: ConversationId, agentId: string, key: string): MessageId =>
  derivedId("note", conversationId, agentId, key);

/** The note of a transfer. */
interface TransferNote {
  readonly conversationId: ConversationId;
  /** The epoch that the transfer ends. */
  readonly epoch: number;
  readonly agentId: string;
  readonly text: string;
}

/** The id of the note of a transfer: a repeated request has the same, until the conversation enters routing again. */
export const transferNoteIdOf = ({ conversationId, epoch, agentId, text }: TransferNote): MessageId =>
  derivedId("note", "transfer", conversationId, epoch, agentId, text);

/** The id of a keyword reply: made from the message that contained the keyword, so that a redelivery has the same. */
export const keywordReplyIdOf = (keywordMessage: MessageId): MessageId => derivedId("out", "answer", keywordMessage);

export const inboundMessageOf = (
  text: InboundText,
  threadId: ThreadId,
  conversationId: ConversationId | undefined,
): InboundMessage => ({
  id: inboundMessageId(text.provider, text.providerMessageId),
  threadId,
  ...(conversationId && { conversationId }),
  direction: "inbound",
  state: "received",
  text: text.text,
  createdAt: text.receivedAt,
  segments: segmentCount(text.text),
  exceedsLimit: text.text.length > TEXT_CAP,
  ...(text.timeAssumesUtc && { timeAssumesUtc: true }),
  ...(text.media && { media: [...text.media] }),
});

/** How long a text of a blocked number is kept, in seconds: 30 days. */
export const BLOCKED_TEXT_SECONDS = 30 * 86_400;

/** The message of a blocked number: it belongs to no conversation, and is kept for a limited time. */
export const blockedMessageOf = (text: InboundText, threadId: ThreadId): InboundMessage => ({
  ...inboundMessageOf(text, threadId, undefined),
  retentionSeconds: BLOCKED_TEXT_SECONDS,
});

/** The longest time for which a reply is held, in seconds. */
export const MAX_HOLD_SECONDS = 30;

/** The states in which a message is with the provider, or on its way there. */
const OPEN_STATES: readonly DeliveryState[] = ["queued", "sent"];

/** Whether a reply in state `from` may move to `to`: only forward, and never out of a final state. */
export const mayBecome = (from: DeliveryState, to: DeliveryState): boolean =>
  OPEN_STATES.includes(from) && from !== to && to !== "queued";

/** The failures that only mean that the provider did not respond. */
export const UNCONFIRMED_FAILURES: readonly Failure[] = ["provider-unavailable", "outcome-unknown"];

/**
 * Whether a reply failed only because the provider did not respond. The provider may have accepted it, so a later
 * delivery report corrects the failure.
 */
export const isUnconfirmed = ({ state, failure, code }: Pick<OutboundMessage, "state" | "failure" | "code">): boolean =>
  state === "failed" && failure !== undefined && UNCONFIRMED_FAILURES.includes(failure) && code === undefined;

/** A change of a reply's delivery state. */
export interface DeliveryChange {
  readonly state: "sent" | "delivered" | "failed";
  readonly at: Instant;
  readonly provider?: ProviderName;
  readonly providerMessageId?: string;
  readonly failure?: Failure;
  readonly code?: string;
}
