import * as z from "zod";
import { MAX_HOLD_SECONDS } from "../../../shared/conversation/message.ts";
import { conversationIdSchema, messageIdSchema } from "../../../shared/kernel/ids.ts";
import { findReply, type ReplyRefusal, reply } from "../../../shared/sending/reply.ts";
import { retryReply } from "../../../shared/sending/retry-reply.ts";
import { withdrawReply } from "../../../shared/sending/withdraw-reply.ts";
import { replyTextSchema } from "../../../shared/sms/text.ts";
import { CONVERSATION_TO_REPLY_TO, CONVERSATION_TO_RETRY_IN, OWN_REPLY, VISIBLE_CONVERSATION } from "../guards.ts";
import { idempotencyHeaders } from "../idempotency.ts";
import { lastSeenMessageIdSchema } from "../last-seen.ts";
import { conflict, newerMessage, problem } from "../problem.ts";
import { AGENTS, type Route, route } from "../route.ts";
import { replyView, replyViewSchema } from "../views/message.ts";

const REFUSALS = [
  "not-found",
  "not-assigned-to-you",
  "conflict",
  "sms-disabled",
  "channel-disabled",
  "recipient-opted-out",
  "recipient-blocked",
  "recipient-cannot-be-texted",
  "newer-message",
  "idempotency-key-reused",
] as const;

const replyBody = z.strictObject({
  text: replyTextSchema,
  lastSeenMessageId: lastSeenMessageIdSchema,
  holdSeconds: z
    .int()
    .min(0)
    .max(MAX_HOLD_SECONDS)
    .default(0)
    .meta({ description: "For how long the reply is held, and may be withdrawn, before it is sent" }),
});

const headers = idempotencyHeaders("A reply that is repeated with the same key is sent once");

const replyParams = z.object({ id: conversationIdSchema, messageId: messageIdSchema });

const acceptDuplicateSchema = z.boolean().default(false).meta({
  description:
    "Whether to send it although the customer may have got it: the provider did not say whether it accepted it",
});

const refusal = (refused: ReplyRefusal) => {
  switch (refused.kind) {
    case "conflict":
      return conflict(refused.state);
    case "newer-message":
      return newerMessage(refused.newerMessage);
    case "key-reused":
      return problem("idempotency-key-reused");
    case "not-found":
    case "not-assigned-to-you":
    case "sms-disabled":
    case "channel-disabled":
    case "recipient-opted-out":
    case "recipient-blocked":
    case "recipient-cannot-be-texted":
      return problem(refused.kind);
    default:
      return refused satisfies never;
  }
};

export const replyRoutes: readonly Route[] = [
  route(AGENTS, {
    name: "send-reply",
    method: "POST",
    path: "conversations/{id}/replies",
    summary: "Sends a text to the customer",
    isLimited: true,
    request: { params: z.object({ id: conversationIdSchema }), headers, body: replyBody },
    responses: { 202: z.object({ message: replyViewSchema }) },
    guard: CONVERSATION_TO_REPLY_TO,
    problems: REFUSALS,
    handle: async ({ params, headers, body }, ports, { read, caller }) => {
      const idempotencyKey = headers["idempotency-key"];
      const replied = await reply(ports, {
        conversationId: params.id,
        read,
        agentId: caller.agentId,
        ...body,
        ...(idempotencyKey !== undefined && { idempotencyKey }),
      });
      if (replied.kind !== "queued") return refusal(replied);
      return { status: 202, body: { message: replyView(replied.message) }, messageId: replied.message.id };
    },
  }),
  route(AGENTS, {
    name: "get-reply",
    method: "GET",
    path: "conversations/{id}/replies/{messageId}",
    summary: "Gets a reply and its delivery state",
    request: { params: replyParams },
    responses: { 200: replyViewSchema },
    guard: VISIBLE_CONVERSATION,
    problems: ["not-found"],
    handle: async ({ params }, ports, { read }) => {
      const message = await findReply(ports, read.value, params.messageId);
      return message ? { status: 200, body: replyView(message) } : problem("not-found");
    },
  }),
  route(AGENTS, {
    name: "retry-reply",
    method: "POST",
    path: "conversations/{id}/replies/{messageId}/retry",
    summary: "Sends a failed reply again, once",
    repetition: "gets the first response",
    isLimited: true,
    request: { params: replyParams, body: z.strictObject({ acceptDuplicate: acceptDuplicateSchema }) },
    responses: { 202: z.object({ message: replyViewSchema }) },
    guard: CONVERSATION_TO_RETRY_IN,
    problems: [...REFUSALS, "not-retryable", "duplicate-possible"],
    handle: async ({ params, body: { acceptDuplicate } }, ports, { read, caller: { agentId } }) => {
      const message = await findReply(ports, read.value, params.messageId);
      if (!message) return problem("not-found");
      const retried = await retryReply(ports, { read, message }, { agentId, acceptDuplicate });
      switch (retried.kind) {
        case "queued":
          return { status: 202, body: { message: replyView(retried.message) }, messageId: retried.message.id };
        case "not-retryable":
        case "duplicate-possible":
          return problem(retried.kind);
        default:
          return refusal(retried);
      }
    },
  }),
  route(AGENTS, {
    name: "withdraw-reply",
    method: "DELETE",
    path: "conversations/{id}/replies/{messageId}",
    summary: "Withdraws a reply while it is held, so that it is never sent",
    request: { params: replyParams },
    responses: { 200: replyViewSchema },
    guard: OWN_REPLY,
    problems: ["reply-not-held"],
    handle: async (_, ports, { message }) => {
      const withdrawn = await withdrawReply(ports, message);
      return withdrawn ? { status: 200, body: replyView(withdrawn), messageId: message.id } : problem("reply-not-held");
    },
  }),
];
