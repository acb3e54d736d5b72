import type { AgentId } from "../kernel/ids.ts";
import type { Now } from "../kernel/instant.ts";
import type { JobQueue } from "../kernel/jobs.ts";
import type { ChosenPresence } from "../settings/presence.ts";
import { type Agent, dispatchesFor } from "./agent.ts";
import type { Agents } from "./agents.ts";

/**
 * Sets what an agent says of its readiness, and has its queues looked at again.
 * @returns the agent as it is afterwards, or nothing when there is no such agent.
 * @throws TransientError when the store or the broker is unavailable; setting it again does no harm.
 */
export const setPresence = async (
  { agents, jobs, now }: { readonly agents: Agents; readonly jobs: JobQueue; readonly now: Now },
  id: AgentId,
  presence: ChosenPresence,
): Promise<Agent | undefined> => {
  const agent = await agents.setPresence(id, presence, now());
  if (agent) await jobs.enqueueDispatch(dispatchesFor(agent, "presence"));
  return agent;
};
