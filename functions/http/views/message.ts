import * as z from "zod";
import {
  deliveryStateSchema,
  type InboundMessage,
  type Message,
  type OutboundMessage,
} from "../../../shared/conversation/message.ts";
import { agentIdSchema, conversationIdSchema, messageIdSchema } from "../../../shared/kernel/ids.ts";
import { instantSchema } from "../../../shared/kernel/instant.ts";
import { failureSchema } from "../../../shared/sms/failure.ts";
import { keywordSchema } from "../../../shared/sms/keyword.ts";

const segments = z.int().meta({ description: "Segments that carriers bill" });

const receivedViewSchema = z
  .object({
    id: messageIdSchema,
    conversationId: conversationIdSchema
      .optional()
      .meta({ description: "Absent for a keyword or a reaction that came while no conversation was open" }),
    direction: z.literal("inbound"),
    state: z.literal("received"),
    text: z.string().meta({ description: "The whole text, of any length" }),
    createdAt: instantSchema.meta({ description: "When the provider received the text" }),
    segments,
    exceedsLimit: z.boolean().meta({ description: "Whether the text is longer than a reply may be" }),
    asksToStop: z
      .boolean()
      .optional()
      .meta({ description: "Whether the text may ask for no more texts, in other words than a keyword" }),
    timeAssumesUtc: z
      .boolean()
      .optional()
      .meta({ description: "Whether the provider gave createdAt without a time zone, so that it is taken as UTC" }),
    media: z
      .array(z.object({ url: z.string(), contentType: z.string() }))
      .optional()
      .meta({ description: "Links to the pictures and files that came with the text" }),
  })
  .meta({ id: "ReceivedMessage" });

export const replyViewSchema = z
  .object({
    id: messageIdSchema,
    conversationId: conversationIdSchema
      .optional()
      .meta({ description: "Absent for the response to a keyword that came while no conversation was open" }),
    direction: z.literal("outbound"),
    state: deliveryStateSchema.meta({
      description: "delivered and failed are final; a provider without delivery reports leaves it at sent",
    }),
    text: z.string(),
    createdAt: instantSchema.meta({ description: "When the agent sent the reply" }),
    segments,
    agentId: agentIdSchema.optional().meta({ description: "Who wrote the reply; absent for an automatic text" }),
    answeredKeyword: z
      .object({ keyword: keywordSchema, messageId: messageIdSchema })
      .optional()
      .meta({ description: "The keyword that an automatic text responds to, and the message that held it" }),
    failure: failureSchema.optional().meta({ description: "Why the reply did not reach the customer" }),
    code: z.string().optional().meta({ description: "The provider's code of the failure" }),
    stateChangedAt: instantSchema,
  })
  .meta({ id: "Reply" });

export const messageViewSchema = z.discriminatedUnion("direction", [receivedViewSchema, replyViewSchema]);

const receivedView = (message: InboundMessage): z.output<typeof receivedViewSchema> => ({
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
  media: message.media?.map(({ url, contentType }) => ({ url, contentType })),
});

/** Shows a reply or an automatic text, without what only the provider needs. */
export const replyView = (message: OutboundMessage): z.output<typeof replyViewSchema> => ({
  id: message.id,
  conversationId: message.conversationId,
  direction: message.direction,
  state: message.state,
  text: message.text,
  createdAt: message.createdAt,
  segments: message.segments,
  agentId: message.agentId,
  answeredKeyword: message.answeredKeyword && {
    keyword: message.answeredKeyword.keyword,
    messageId: message.answeredKeyword.messageId,
  },
  failure: message.failure,
  code: message.code,
  stateChangedAt: message.stateChangedAt,
});

export const messageView = (message: Message): z.output<typeof messageViewSchema> => {
  switch (message.direction) {
    case "inbound":
      return receivedView(message);
    case "outbound":
      return replyView(message);
    default:
      return message satisfies never;
  }
};
