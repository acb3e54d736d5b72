import * as z from "zod";
import {
  deliveryStateSchema,
  type InboundMessage,
  type Message,
  type Note,
  type OutboundMessage,
} from "../../../shared/conversation/message.ts";
import { agentIdSchema, conversationIdSchema, messageIdSchema } from "../../../shared/kernel/ids.ts";
import { instantSchema } from "../../../shared/kernel/instant.ts";
import { failureSchema } from "../../../shared/sms/failure.ts";
import { keywordSchema } from "../../../shared/sms/keyword.ts";
import type { Media } from "../../../shared/sms/provider.ts";
import type { Complete } from "./complete.ts";

const segments = z.int().meta({ description: "Segments that carriers bill" });

const mediaViewSchema = z.object({ url: z.string(), contentType: z.string() });

const receivedViewSchema = z
  .object({
    id: messageIdSchema,
    conversationId: conversationIdSchema.optional().meta({
      description:
        "Absent for a keyword or a reaction that came while no conversation was open, and for a text of a blocked number",
    }),
    direction: z.literal("inbound"),
    state: z.literal("received"),
    text: z.string().meta({ description: "The whole text, of any length" }),
    createdAt: instantSchema.meta({ description: "When the provider received the text" }),
    segments,
    exceedsLimit: z.boolean().meta({ description: "Whether the text is longer than a reply may be" }),
    asksToStop: z
      .boolean()
      .optional()
      .meta({ description: "Whether the text may be a request to stop that is not a keyword" }),
    timeAssumesUtc: z
      .boolean()
      .optional()
      .meta({ description: "Whether the provider gave createdAt without a time zone, so that it is taken as UTC" }),
    media: z
      .array(mediaViewSchema)
      .optional()
      .meta({ description: "Links to the pictures and files that came with the text" }),
    retentionSeconds: z
      .int()
      .optional()
      .meta({ description: "How long the text is kept, in seconds, because the number is blocked" }),
  })
  .meta({ id: "ReceivedMessage" });
type ReceivedView = z.output<typeof receivedViewSchema>;

const answeredKeywordViewSchema = z.object({ keyword: keywordSchema, messageId: messageIdSchema });

export const replyViewSchema = z
  .object({
    id: messageIdSchema,
    conversationId: conversationIdSchema
      .optional()
      .meta({ description: "Absent for the response to a keyword that came while no conversation was open" }),
    direction: z.literal("outbound"),
    state: deliveryStateSchema.meta({
      description: "withdrawn, delivered and failed are final; a provider without delivery reports leaves it at sent",
    }),
    text: z.string(),
    createdAt: instantSchema.meta({ description: "When the agent sent the reply" }),
    segments,
    agentId: agentIdSchema.optional().meta({ description: "Who wrote the reply; absent for an automatic text" }),
    answeredKeyword: answeredKeywordViewSchema
      .optional()
      .meta({ description: "The keyword that an automatic text responds to, and the message that held it" }),
    failure: failureSchema.optional().meta({ description: "Why the reply did not reach the customer" }),
    code: z.string().optional().meta({ description: "The provider's code of the failure" }),
    retryOf: messageIdSchema.optional().meta({ description: "The failed reply that this one repeats" }),
    sendAt: instantSchema.optional().meta({ description: "Until when the reply is held, and may be withdrawn" }),
    postponedUntil: instantSchema.optional().meta({
      description: "When it is tried next, while it waits for an earlier reply, the channel's pace or the provider",
    }),
    stateChangedAt: instantSchema,
  })
  .meta({ id: "Reply" });
type ReplyView = z.output<typeof replyViewSchema>;

export const noteViewSchema = z
  .object({
    id: messageIdSchema,
    conversationId: conversationIdSchema,
    direction: z.literal("internal"),
    text: z.string(),
    createdAt: instantSchema,
    agentId: agentIdSchema.meta({ description: "Who wrote the note" }),
  })
  .meta({ id: "Note" });

export const messageViewSchema = z.discriminatedUnion("direction", [
  receivedViewSchema,
  replyViewSchema,
  noteViewSchema,
]);

const receivedView = (message: InboundMessage): Complete<InboundMessage, ReceivedView, "threadId"> => ({
  id: message.id,
  conversationId: message.conversationId,
  direction: message.direction,
  state: message.state,
  text: message.text,
  createdAt: message.createdAt,
  segments: message.segments,
  exceedsLimit: message.exceedsLimit,
  asksToStop: message.asksToStop,
  timeAssumesUtc: message.timeAssumesUtc,
  media: message.media?.map(mediaView),
  retentionSeconds: message.retentionSeconds,
});

const mediaView = ({ url, contentType }: Media): Complete<Media, z.output<typeof mediaViewSchema>> => ({
  url,
  contentType,
});

/** The members of an outbound message that only its sending needs. */
type Internal = "provider" | "providerMessageId" | "attempts" | "after";

/** Shows a reply or an automatic text. */
export const replyView = (
  message: OutboundMessage,
): Complete<OutboundMessage, ReplyView, Internal | "threadId" | "postponed"> => ({
  id: message.id,
  conversationId: message.conversationId,
  direction: message.direction,
  state: message.state,
  text: message.text,
  createdAt: message.createdAt,
  segments: message.segments,
  agentId: message.agentId,
  answeredKeyword: message.answeredKeyword && answeredKeywordView(message.answeredKeyword),
  failure: message.failure,
  code: message.code,
  retryOf: message.retryOf,
  sendAt: message.sendAt,
  postponedUntil: message.state === "queued" ? message.postponed?.until : undefined,
  stateChangedAt: message.stateChangedAt,
});

type AnsweredKeyword = NonNullable<OutboundMessage["answeredKeyword"]>;
type AnsweredKeywordView = z.output<typeof answeredKeywordViewSchema>;

const answeredKeywordView = (answered: AnsweredKeyword): Complete<AnsweredKeyword, AnsweredKeywordView> => ({
  keyword: answered.keyword,
  messageId: answered.messageId,
});

/** Shows a note. */
export const noteView = (note: Note): Complete<Note, z.output<typeof noteViewSchema>, "threadId"> => ({
  id: note.id,
  conversationId: note.conversationId,
  direction: note.direction,
  text: note.text,
  createdAt: note.createdAt,
  agentId: note.agentId,
});

export const messageView = (message: Message): z.output<typeof messageViewSchema> => {
  switch (message.direction) {
    case "inbound":
      return receivedView(message);
    case "outbound":
      return replyView(message);
    case "internal":
      return noteView(message);
    default:
      return message satisfies never;
  }
};
