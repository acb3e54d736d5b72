import * as z from "zod";
import { actorOf } from "../../shared/conversation/actor.ts";
import { findVisible } from "../../shared/conversation/visibility.ts";
import { conversationIdSchema, messageIdSchema } from "../../shared/kernel/ids.ts";
import { type ReplyRefusal, reply } from "../../shared/sending/reply.ts";
import { replyTextSchema, TEXT_CAP } from "../../shared/sms/text.ts";
import { conflict, problem } from "./problem.ts";
import { AGENTS, type Route, route } from "./route.ts";
import { replyViewSchema } from "./views.ts";

const REFUSALS = [
  ...(["not-found", "not-assigned-to-you", "conflict", "sms-disabled", "channel-disabled"] as const),
  ...(["recipient-opted-out", "recipient-cannot-be-texted", "idempotency-key-reused"] as const),
] as const;

const replyBody = z.strictObject({
  text: replyTextSchema.meta({ maxLength: TEXT_CAP, description: `At most ${TEXT_CAP} UTF-16 code units` }),
});

const idempotencyHeaders = z.object({
  "idempotency-key": z
    .string()
    .regex(/^[\x20-\x7e]{1,200}$/, "must be 1 to 200 printable ASCII characters")
    .optional()
    .meta({ description: "The same reply asked for again with the same key is sent once" }),
});

const refusal = (refused: ReplyRefusal) => {
  switch (refused.kind) {
    case "conflict":
      return conflict(refused.state);
    case "key-reused":
      return problem("idempotency-key-reused");
    default:
      return problem(refused.kind);
  }
};

export const replyRoutes: readonly Route[] = [
  route(AGENTS, {
    name: "send-reply",
    method: "POST",
    path: "conversations/{id}/replies",
    summary: "Sends a text to the customer",
    request: { params: z.object({ id: conversationIdSchema }), headers: idempotencyHeaders, body: replyBody },
    responses: { 202: z.object({ message: replyViewSchema }) },
    problems: REFUSALS,
    handle: async ({ params, headers, body }, ports, { agentId }) => {
      const idempotencyKey = headers["idempotency-key"];
      const replied = await reply(ports, {
        conversationId: params.id,
        agentId,
        text: body.text,
        ...(idempotencyKey !== undefined && { idempotencyKey }),
      });
      if (replied.kind !== "queued") return refusal(replied);
      return { status: 202, body: { message: replyViewSchema.parse(replied.message) } };
    },
  }),
  route(AGENTS, {
    name: "get-reply",
    method: "GET",
    path: "conversations/{id}/replies/{messageId}",
    summary: "A reply, and where it is on its way",
    request: { params: z.object({ id: conversationIdSchema, messageId: messageIdSchema }) },
    responses: { 200: replyViewSchema },
    problems: ["not-found", "not-assigned-to-you"],
    handle: async ({ params: { id, messageId } }, ports, caller) => {
      const found = await findVisible(ports, actorOf(caller), id);
      if (found.kind !== "found") return problem(found.kind);
      const message = await ports.messages.find(found.stored.value.threadId, messageId);
      return message?.direction === "outbound" && message.conversationId === id
        ? { status: 200, body: replyViewSchema.parse(message) }
        : problem("not-found");
    },
  }),
];
