import * as z from "zod";
import { settingIdSchema } from "../../../shared/kernel/ids.ts";
import { queueFigures } from "../../../shared/routing/queue-figures.ts";
import { VISIBLE_QUEUE } from "../guards.ts";
import { pageIn, pageOf, pageQuery, showPage } from "../page.ts";
import { AGENTS, type Route, route } from "../route.ts";
import { conversationView, conversationViewSchema } from "../views/conversation.ts";
import { queueFiguresView, queueFiguresViewSchema } from "../views/queue-figures.ts";

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
  route(AGENTS, {
    name: "get-queue-figures",
    method: "GET",
    path: "queues/{id}/figures",
    summary: "Gets the figures of a queue: its open conversations by state, the longest wait, and its members",
    request: { params: z.object({ id: settingIdSchema }) },
    responses: { 200: queueFiguresViewSchema },
    guard: VISIBLE_QUEUE,
    problems: [],
    handle: async ({ params: { id } }, ports) => ({
      status: 200,
      body: queueFiguresView(await queueFigures(ports, id)),
    }),
  }),
];
