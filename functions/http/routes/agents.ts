import * as z from "zod";
import { agentProfileSchema } from "../../../shared/agent/agent.ts";
import { saveAgent } from "../../../shared/agent/save-agent.ts";
import { setPresence } from "../../../shared/agent/set-presence.ts";
import { agentIdSchema } from "../../../shared/kernel/ids.ts";
import { retireAgent } from "../../../shared/routing/retire-agent.ts";
import { chosenPresenceSchema } from "../../../shared/settings/presence.ts";
import { agentResponse } from "../agent-response.ts";
import { ifMatchHeaders } from "../etag.ts";
import { pageIn, pageOf, pageQuery, showPage } from "../page.ts";
import { invalidField, problem } from "../problem.ts";
import { ADMINISTRATORS, ANY_ROLE, MANAGERS, type Route, route } from "../route.ts";
import { agentView, agentViewSchema } from "../views/agent.ts";

const params = z.object({ id: agentIdSchema });

export const agentRoutes: readonly Route[] = [
  route(ANY_ROLE, {
    name: "list-agents",
    method: "GET",
    path: "agents",
    summary: "Lists the agents with presence, capacity and load",
    request: { query: pageQuery },
    responses: { 200: pageOf(agentViewSchema) },
    problems: [],
    handle: async ({ query }, { agents, now }) => ({
      status: 200,
      body: showPage(await agents.list(pageIn(query)), (agent) => agentView(agent, now())),
    }),
  }),
  route(ANY_ROLE, {
    name: "get-agent",
    method: "GET",
    path: "agents/{id}",
    summary: "Gets an agent, also a retired one, with presence, capacity and load",
    request: { params },
    responses: { 200: agentViewSchema },
    hasETag: true,
    problems: ["not-found"],
    handle: async ({ params: { id } }, { agents, now }) => {
      const agent = await agents.findWithRetired(id);
      return agent ? agentResponse(agent, now()) : problem("not-found");
    },
  }),
  route(ADMINISTRATORS, {
    name: "save-agent",
    method: "PUT",
    path: "agents/{id}",
    summary: "Creates an agent, who is offline at first, or replaces a profile",
    isAudited: true,
    request: { params, headers: ifMatchHeaders, body: agentProfileSchema.strict().meta({ id: "AgentProfile" }) },
    responses: { 200: agentViewSchema },
    hasETag: true,
    problems: ["invalid", "version-mismatch"],
    handle: async ({ params: { id }, headers, body }, ports) => {
      const saved = await saveAgent(ports, { id, profile: body, version: headers["if-match"] });
      switch (saved.kind) {
        case "saved":
          return agentResponse(saved.agent, ports.now());
        case "stale":
          return problem("version-mismatch");
        case "unknown-queues":
          return invalidField("queueIds", `there is no queue ${saved.queueIds.map((id) => `"${id}"`).join(", ")}`);
        default:
          return saved satisfies never;
      }
    },
  }),
  route(MANAGERS, {
    name: "set-agent-presence",
    method: "PUT",
    path: "agents/{id}/presence",
    summary: "Sets an agent's presence, which is believed for one lease unless the agent makes requests",
    isAudited: true,
    request: { params, body: z.strictObject({ presence: chosenPresenceSchema }) },
    responses: { 200: agentViewSchema },
    hasETag: true,
    problems: ["not-found"],
    handle: async ({ params: { id }, body }, ports) => {
      const agent = await setPresence(ports, id, body.presence);
      return agent ? agentResponse(agent, ports.now()) : problem("not-found");
    },
  }),
  route(ADMINISTRATORS, {
    name: "retire-agent",
    method: "DELETE",
    path: "agents/{id}",
    summary: "Retires an agent, whose conversations return to their queues; saving the agent undoes it",
    isAudited: true,
    request: { params, headers: ifMatchHeaders },
    responses: { 200: agentViewSchema },
    hasETag: true,
    problems: ["not-found", "version-mismatch"],
    handle: async ({ params: { id }, headers }, ports) => {
      const retired = await retireAgent(ports, { id, version: headers["if-match"] });
      switch (retired.kind) {
        case "retired":
          return agentResponse(retired.agent, ports.now());
        case "stale":
          return problem("version-mismatch");
        case "not-found":
          return problem("not-found");
        default:
          return retired satisfies never;
      }
    },
  }),
];
