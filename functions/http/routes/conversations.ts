import * as z from "zod";
import { contactIdSchema } from "../../../shared/contact/contact.ts";
import { actorOf } from "../../../shared/conversation/actor.ts";
import { linkContact } from "../../../shared/conversation/link-contact.ts";
import { agentIdSchema, conversationIdSchema, settingIdSchema } from "../../../shared/kernel/ids.ts";
import { listStuck } from "../../../shared/routing/list-stuck.ts";
import { viewConversation } from "../../../shared/routing/view-conversation.ts";
import { etagHeader, ifMatchHeaders } from "../etag.ts";
import { OWN_OR_SUPERVISED_CONVERSATION, VISIBLE_CONVERSATION } from "../guards.ts";
import { MOVE_PROBLEMS, moveResponse } from "../move-response.ts";
import { pageIn, pageOf, pageQuery, showPage } from "../page.ts";
import { invalidField } from "../problem.ts";
import { AGENTS, type Route, route, SUPERVISORS } from "../route.ts";
import {
  conversationDetailsView,
  conversationDetailsViewSchema,
  conversationView,
  conversationViewSchema,
  listedConversationViewSchema,
  waitingConversationView,
} from "../views/conversation.ts";
import { messageView, messageViewSchema } from "../views/message.ts";

const params = z.object({ id: conversationIdSchema });

const flagSchema = z
  .enum(["true", "false"])
  .default("false")
  .transform((text) => text === "true");

const openStateSchema = z.enum(["queued", "offered", "active", "waiting", "wrap-up"]);

export const conversationRoutes: readonly Route[] = [
  route(SUPERVISORS, {
    name: "list-conversations",
    method: "GET",
    path: "conversations",
    summary: "Lists the conversations that are not closed, latest change first",
    request: {
      query: pageQuery.extend({
        state: openStateSchema.optional(),
        queueId: settingIdSchema.optional(),
        agentId: agentIdSchema.optional(),
        stuck: flagSchema.meta({
          description:
            "Lists those in queues that no presence and no free capacity would help, with the reason in waiting. A page may hold fewer than limit, even none, and continue.",
        }),
      }),
    },
    responses: { 200: pageOf(listedConversationViewSchema) },
    isPolled: true,
    problems: ["invalid"],
    handle: async ({ query: { state, queueId, agentId, stuck, ...page } }, ports) => {
      if (!stuck) {
        const found = await ports.conversations.listOpen({ state, queueId, agentId }, pageIn(page));
        return { status: 200, body: showPage(found, conversationView) };
      }
      if ((state ?? "queued") !== "queued" || agentId !== undefined) {
        return invalidField("stuck", "goes with queueId and the state queued only");
      }
      return { status: 200, body: showPage(await listStuck(ports, queueId, pageIn(page)), waitingConversationView) };
    },
  }),
  route(AGENTS, {
    name: "get-conversation",
    method: "GET",
    path: "conversations/{id}",
    summary: "Gets a conversation with its contacts and its routing decision, or the reason why it still waits",
    request: { params },
    responses: { 200: conversationDetailsViewSchema },
    guard: VISIBLE_CONVERSATION,
    hasETag: true,
    problems: [],
    handle: async (_, ports, { read }) => ({
      status: 200,
      body: conversationDetailsView(await viewConversation(ports, read.value)),
      headers: etagHeader(read.etag),
    }),
  }),
  route(AGENTS, {
    name: "list-messages",
    method: "GET",
    path: "conversations/{id}/messages",
    summary: "Lists the messages of a conversation, or of its whole thread, newest first",
    request: {
      params,
      query: pageQuery.extend({
        thread: flagSchema,
      }),
    },
    responses: { 200: pageOf(messageViewSchema) },
    isPolled: true,
    guard: VISIBLE_CONVERSATION,
    problems: [],
    handle: async ({ params: { id }, query: { thread, ...page } }, { messages }, { read }) => {
      const found = thread
        ? await messages.ofThread(read.value.threadId, pageIn(page))
        : await messages.ofConversation(id, pageIn(page));
      return { status: 200, body: showPage(found, messageView) };
    },
  }),
  route(AGENTS, {
    name: "link-contact",
    method: "POST",
    path: "conversations/{id}/contact",
    summary: "Links a conversation, and later ones of its thread, to a contact",
    repetition: "has no further effect",
    isAudited: true,
    request: { params, headers: ifMatchHeaders, body: z.strictObject({ contactId: contactIdSchema }) },
    responses: { 200: conversationViewSchema },
    guard: OWN_OR_SUPERVISED_CONVERSATION,
    hasETag: true,
    problems: [...MOVE_PROBLEMS, "invalid"],
    handle: async ({ body: { contactId } }, ports, { read, caller }) => {
      const move = await linkContact(ports, read, { contactId, actor: actorOf(caller) });
      return move.kind === "unknown-contact"
        ? invalidField("contactId", "there is no such contact")
        : moveResponse(move);
    },
  }),
];
