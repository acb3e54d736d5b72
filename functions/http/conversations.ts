import * as z from "zod";
import { contactIdSchema } from "../../shared/contact/contact.ts";
import { actorOf } from "../../shared/conversation/actor.ts";
import { linkContact } from "../../shared/conversation/link-contact.ts";
import { findVisible } from "../../shared/conversation/visibility.ts";
import { conversationIdSchema } from "../../shared/kernel/ids.ts";
import { viewConversation } from "../../shared/routing/view-conversation.ts";
import { answerToMove, MOVE_PROBLEMS } from "./move-answer.ts";
import { pageIn, pageOf, pageQuery, showPage } from "./page.ts";
import { invalidField, problem } from "./problem.ts";
import { AGENTS, type Route, route } from "./route.ts";
import {
  conversationDetailsView,
  conversationDetailsViewSchema,
  conversationViewSchema,
  messageView,
  messageViewSchema,
} from "./views.ts";

const params = z.object({ id: conversationIdSchema });

export const conversationRoutes: readonly Route[] = [
  route(AGENTS, {
    name: "get-conversation",
    method: "GET",
    path: "conversations/{id}",
    summary: "A conversation with its contacts, why it went to whom it went, or why it still waits",
    request: { params },
    responses: { 200: conversationDetailsViewSchema },
    problems: ["not-found", "not-assigned-to-you"],
    handle: async ({ params: { id } }, ports, caller) => {
      const found = await viewConversation(ports, actorOf(caller), id);
      return found.kind === "found"
        ? { status: 200, body: conversationDetailsView(found.details) }
        : problem(found.kind);
    },
  }),
  route(AGENTS, {
    name: "list-messages",
    method: "GET",
    path: "conversations/{id}/messages",
    summary: "The messages of a conversation, or of its whole thread, newest first",
    request: {
      params,
      query: pageQuery.extend({
        thread: z
          .enum(["true", "false"])
          .default("false")
          .transform((text) => text === "true"),
      }),
    },
    responses: { 200: pageOf(messageViewSchema) },
    problems: ["not-found", "not-assigned-to-you"],
    handle: async ({ params: { id }, query: { thread, ...page } }, ports, caller) => {
      const found = await findVisible(ports, actorOf(caller), id);
      if (found.kind !== "found") return problem(found.kind);
      const messages = thread
        ? ports.messages.ofThread(found.stored.value.threadId, pageIn(page))
        : ports.messages.ofConversation(id, pageIn(page));
      return { status: 200, body: showPage(await messages, messageView) };
    },
  }),
  route(AGENTS, {
    name: "link-contact",
    method: "POST",
    path: "conversations/{id}/contact",
    summary: "Says which contact the customer is; later conversations of the thread begin with it",
    request: { params, body: z.strictObject({ contactId: contactIdSchema }) },
    responses: { 200: conversationViewSchema },
    problems: [...MOVE_PROBLEMS, "invalid"],
    handle: async ({ params: { id }, body }, ports, caller) => {
      const move = await linkContact(ports, id, body.contactId, actorOf(caller));
      return move.kind === "unknown-contact"
        ? invalidField("contactId", "there is no such contact")
        : answerToMove(move);
    },
  }),
];
