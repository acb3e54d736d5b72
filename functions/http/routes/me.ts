import * as z from "zod";
import { profileVersionOf } from "../../../shared/agent/agent.ts";
import { connectConsole } from "../../../shared/agent/connect-console.ts";
import { setPresence } from "../../../shared/agent/set-presence.ts";
import { actorOf } from "../../../shared/conversation/actor.ts";
import { listWorkItems, WORK_ITEM_STATES } from "../../../shared/conversation/list-work-items.ts";
import { chosenPresenceSchema } from "../../../shared/settings/presence.ts";
import { agentResponse } from "../agent-response.ts";
import { etagHeader } from "../etag.ts";
import { pageIn, pageOf, pageQuery, showPage } from "../page.ts";
import { problem } from "../problem.ts";
import { AGENTS, type Route, route } from "../route.ts";
import { agentViewSchema, heartbeatView, heartbeatViewSchema, meView, meViewSchema } from "../views/agent.ts";
import { conversationView, conversationViewSchema } from "../views/conversation.ts";
import { liveView, liveViewSchema } from "../views/live.ts";

const workItemStateSchema = z.enum(WORK_ITEM_STATES).meta({
  description:
    "All but closed by default; the closed ones are those that the caller last worked on, of the last 7 days",
});

/** Agents must be registered by an administrator. */
const noProfile = () => problem("not-found", { detail: "You are not registered as an agent." });

export const meRoutes: readonly Route[] = [
  route(AGENTS, {
    name: "get-me",
    method: "GET",
    path: "me",
    summary: "Gets the caller: the roles and, of an agent, presence, capacity and load",
    request: {},
    responses: { 200: meViewSchema },
    hasETag: true,
    problems: ["not-found"],
    handle: async (_, { agents, now }, { caller }) => {
      const agent = await agents.find(caller.agentId);
      if (!agent && !caller.roles.includes("Supervisor")) return noProfile();
      const body = meView(caller, agent, now());
      return { status: 200, body, headers: etagHeader(profileVersionOf(body)) };
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
      return agent ? agentResponse(agent, ports.now()) : noProfile();
    },
  }),
  route(AGENTS, {
    name: "send-heartbeat",
    method: "POST",
    path: "me/heartbeat",
    summary: "Keeps the caller's presence believed, for clients that make no other requests; every request does so",
    request: {},
    responses: { 200: heartbeatViewSchema },
    problems: ["not-found"],
    handle: async (_, { agents, now }, { caller }) => {
      const agent = await agents.find(caller.agentId);
      return agent ? { status: 200, body: heartbeatView(agent, now()) } : noProfile();
    },
  }),
  route(AGENTS, {
    name: "connect-live",
    method: "POST",
    path: "me/live",
    summary:
      "Makes an address at which the caller is notified of changes by ids, of the caller's own work items and queues or, for a supervisor, of all",
    request: {},
    responses: { 200: liveViewSchema },
    problems: [],
    handle: async (_, ports, { caller }) => {
      const { agentId, supervisor } = actorOf(caller);
      return { status: 200, body: liveView(await connectConsole(ports, agentId, supervisor)) };
    },
  }),
  route(AGENTS, {
    name: "list-my-work-items",
    method: "GET",
    path: "me/work-items",
    summary:
      "Lists the caller's work items (offered, held or parked; or closed in the last 7 days), latest change first",
    request: { query: pageQuery.extend({ state: workItemStateSchema.optional() }) },
    responses: { 200: pageOf(conversationViewSchema) },
    isPolled: true,
    problems: [],
    handle: async ({ query: { state, ...page } }, ports, { caller }) => ({
      status: 200,
      body: showPage(await listWorkItems(ports, actorOf(caller), { state, page: pageIn(page) }), conversationView),
    }),
  }),
];
