import * as z from "zod";
import { setPresence } from "../../../shared/agent/set-presence.ts";
import { OWNED_STATES } from "../../../shared/conversation/conversation.ts";
import { chosenPresenceSchema } from "../../../shared/settings/presence.ts";
import { agentResponse } from "../agent-response.ts";
import { pageIn, pageOf, pageQuery, showPage } from "../page.ts";
import { problem } from "../problem.ts";
import { AGENTS, type Route, route } from "../route.ts";
import { agentViewSchema } from "../views/agent.ts";
import { conversationView, conversationViewSchema } from "../views/conversation.ts";

/** Agents must be registered by an administrator. */
const noProfile = () => problem("not-found", { detail: "You are not registered as an agent." });

export const meRoutes: readonly Route[] = [
  route(AGENTS, {
    name: "get-me",
    method: "GET",
    path: "me",
    summary: "Gets the caller as an agent: presence, capacity and load",
    request: {},
    responses: { 200: agentViewSchema },
    hasETag: true,
    problems: ["not-found"],
    handle: async (_, { agents }, { caller }) => {
      const agent = await agents.find(caller.agentId);
      return agent ? agentResponse(agent) : noProfile();
    },
  }),
  route(AGENTS, {
    name: "set-my-presence",
    method: "PUT",
    path: "me/presence",
    summary: "Sets the caller's presence",
    request: { body: z.strictObject({ presence: chosenPresenceSchema }) },
    responses: { 200: agentViewSchema },
    hasETag: true,
    problems: ["not-found"],
    handle: async ({ body }, ports, { caller }) => {
      const agent = await setPresence(ports, caller.agentId, body.presence);
      return agent ? agentResponse(agent) : noProfile();
    },
  }),
  route(AGENTS, {
    name: "list-my-work-items",
    method: "GET",
    path: "me/work-items",
    summary: "Lists the caller's work items (offered, held or parked), latest change first",
    request: { query: pageQuery.extend({ state: z.enum(OWNED_STATES).optional() }) },
    responses: { 200: pageOf(conversationViewSchema) },
    problems: [],
    handle: async ({ query: { state, ...page } }, { conversations }, { caller }) => ({
      status: 200,
      body: showPage(
        await conversations.ofAgent(caller.agentId, state ? [state] : OWNED_STATES, pageIn(page)),
        conversationView,
      ),
    }),
  }),
];
