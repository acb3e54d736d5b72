import * as z from "zod";
import { actorOf } from "../../shared/conversation/actor.ts";
import { isMember } from "../../shared/conversation/visibility.ts";
import { settingIdSchema } from "../../shared/kernel/ids.ts";
import { pageIn, pageOf, pageQuery, showPage } from "./page.ts";
import { problem } from "./problem.ts";
import { AGENTS, type Route, route } from "./route.ts";
import { conversationView, conversationViewSchema } from "./views.ts";

export const workItemRoutes: readonly Route[] = [
  route(AGENTS, {
    name: "list-queue-work-items",
    method: "GET",
    path: "queues/{id}/work-items",
    summary: "The conversations that nobody has in a queue, oldest first: for its members and supervisors",
    request: { params: z.object({ id: settingIdSchema }), query: pageQuery },
    responses: { 200: pageOf(conversationViewSchema) },
    problems: ["not-a-queue-member"],
    handle: async ({ params, query }, ports, caller) => {
      const actor = actorOf(caller);
      if (!actor.supervisor && !(await isMember(ports, actor, params.id))) return problem("not-a-queue-member");
      return {
        status: 200,
        body: showPage(await ports.conversations.openIn(params.id, pageIn(query)), conversationView),
      };
    },
  }),
];
