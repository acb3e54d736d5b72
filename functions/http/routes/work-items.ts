import * as z from "zod";
import { settingIdSchema } from "../../../shared/kernel/ids.ts";
import { VISIBLE_QUEUE } from "../guards.ts";
import { pageIn, pageOf, pageQuery, showPage } from "../page.ts";
import { AGENTS, type Route, route } from "../route.ts";
import { conversationView, conversationViewSchema } from "../views/conversation.ts";

export const workItemRoutes: readonly Route[] = [
  route(AGENTS, {
    name: "list-queue-work-items",
    method: "GET",
    path: "queues/{id}/work-items",
    summary: "Lists the conversations that wait in a queue, oldest first",
    request: { params: z.object({ id: settingIdSchema }), query: pageQuery },
    responses: { 200: pageOf(conversationViewSchema) },
    isPolled: true,
    guard: VISIBLE_QUEUE,
    problems: [],
    handle: async ({ params, query }, { conversations }) => ({
      status: 200,
      body: showPage(await conversations.openIn(params.id, pageIn(query)), conversationView),
    }),
  }),
];
