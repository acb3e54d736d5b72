import { createHash } from "node:crypto";
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
import { type Failure, failureSchema } from "../sms/failure.ts";
import { asksToStop, keywordSchema } from "../sms/keyword.ts";
import { type InboundText, mediaSchema, type ProviderName, providerNameSchema } from "../sms/provider.ts";
import { segmentCount, TEXT_CAP } from "../sms/text.ts";

const commonShape = {
  id: messageIdSchema,
  threadId: threadIdSchema,
  text: z.string(),
  /** When the provider received it, or when the agent sent it: the order of the thread. */
  createdAt: instantSchema,
  /** Segments that carriers bill. */
  segments: z.int().min(1),
};

/** A customer's text. `conversationId` is absent when it was a keyword and no conversation was open. */
export const inboundMessageSchema = z.object({
  ...commonShape,
  direction: z.literal("inbound"),
  state: z.literal("received"),
  conversationId: conversationIdSchema.optional(),
  /** Longer than an agent may write; kept whole all the same. */
  exceedsLimit: z.boolean(),
  /** It is no keyword, and yet asks for no more texts: for a person to decide. */
  asksToStop: z.boolean().optional(),
  /** Links to what came with it. */
  media: z.array(mediaSchema).optional(),
});
export type InboundMessage = z.infer<typeof inboundMessageSchema>;

/**
 * Where a reply is on its way. `sent`: the provider took it. `delivered` and `failed` are final. A provider that gives
 * no reports leaves it at `sent`.
 */
export const deliveryStateSchema = z.enum(["queued", "sent", "delivered", "failed"]);
export type DeliveryState = z.infer<typeof deliveryStateSchema>;

/** A text to the customer: an agent's reply, or the channel's own answer to a keyword. */
export const outboundMessageSchema = z.object({
  ...commonShape,
  direction: z.literal("outbound"),
  state: deliveryStateSchema,
  /** Absent when it answers a keyword and no conversation was open. */
  conversationId: conversationIdSchema.optional(),
  /** Who wrote it; absent when it is the channel's own answer to a keyword. */
  agentId: agentIdSchema.optional(),
  /** The keyword that it answers by itself, and the message that held it. */
  answeredKeyword: z.object({ keyword: keywordSchema, messageId: messageIdSchema }).optional(),
  provider: providerNameSchema.optional(),
  providerMessageId: z.string().optional(),
  /** Why it failed. */
  failure: failureSchema.optional(),
  /** The provider's own code of the failure. */
  code: z.string().optional(),
  /** When it was handed to a provider that could take it twice; absent when that was surely in vain. */
  attempts: z.object({ firstAt: instantSchema, lastAt: instantSchema }).optional(),
  stateChangedAt: instantSchema,
});
export type OutboundMessage = z.infer<typeof outboundMessageSchema>;

export const messageSchema = z.discriminatedUnion("direction", [inboundMessageSchema, outboundMessageSchema]);
export type Message = z.infer<typeof messageSchema>;

const SAFE_ID = /^[A-Za-z0-9_.:-]{1,200}$/;

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Names a received text after the provider's id, so that the same text delivered twice has one id. */
export const inboundMessageId = (provider: ProviderName, providerMessageId: string): MessageId =>
  messageIdSchema.parse(
    `${provider}:${SAFE_ID.test(providerMessageId) ? providerMessageId : sha256(providerMessageId)}`,
  );

/** Names a reply after the key that the client chose, so that the same request made twice has one id. */
export const replyIdFromKey = (conversationId: ConversationId, agentId: string, key: string): MessageId =>
  messageIdSchema.parse(`out-${sha256(`${conversationId}|${agentId}|${key}`).slice(0, 32)}`);

/** Names the answer to a keyword after the message that held it, so that there is one however often it is delivered. */
export const answerIdOf = (answered: MessageId): MessageId =>
  messageIdSchema.parse(`out-${sha256(`answer|${answered}`).slice(0, 32)}`);

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
  ...(asksToStop(text.text) && { asksToStop: true }),
  ...(text.media && { media: [...text.media] }),
});

/** States from which a reply may still move; delivered and failed are final. */
const OPEN_STATES: readonly DeliveryState[] = ["queued", "sent"];

/** Says whether a reply in state `from` may move to `to`: forward only, and never out of a final state. */
export const mayBecome = (from: DeliveryState, to: DeliveryState): boolean =>
  OPEN_STATES.includes(from) && from !== to && to !== "queued";

/** Failures that say no more than that nobody answered. */
export const UNCONFIRMED_FAILURES: readonly Failure[] = ["provider-unavailable", "outcome-unknown"];

/**
 * Says whether a reply failed only because nobody answered: the provider may have taken it all the same, and a report
 * that it is on its way or was delivered is then the truth.
 */
export const isUnconfirmed = ({ state, failure, code }: Pick<OutboundMessage, "state" | "failure" | "code">): boolean =>
  state === "failed" && failure !== undefined && UNCONFIRMED_FAILURES.includes(failure) && code === undefined;

/** What a change of a reply's delivery sets. */
export interface DeliveryChange {
  readonly state: "sent" | "delivered" | "failed";
  readonly at: Instant;
  readonly provider?: ProviderName;
  readonly providerMessageId?: string;
  readonly failure?: Failure;
  readonly code?: string;
}
