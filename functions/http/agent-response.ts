import { type Agent, profileVersionOf } from "../../shared/agent/agent.ts";
import type { Instant } from "../../shared/kernel/instant.ts";
import { etagHeader } from "./etag.ts";
import { agentView } from "./views/agent.ts";

/** Shows an agent. The ETag is that of the profile alone, because load and presence change all the time. */
export const agentResponse = (agent: Agent, now: Instant) => ({
  status: 200 as const,
  body: agentView(agent, now),
  headers: etagHeader(profileVersionOf(agent)),
});
