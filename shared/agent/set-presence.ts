import type { AgentId } from "../kernel/ids.ts";
import { addSeconds } from "../kernel/instant.ts";
import type { Ports } from "../kernel/ports.ts";
import type { ChosenPresence } from "../settings/presence.ts";
import { limitsOf } from "../settings/settings.ts";
import { type Agent, dispatchesFor } from "./agent.ts";

/**
 * Sets an agent's presence, and dispatches its queues. The presence is believed for one lease, also when another person has
 * chosen it: only requests of the agent renew it.
 * @returns the agent after the change; `undefined` when there is no such agent.
 * @throws TransientError when the store or the broker is unavailable. The same presence may be set again.
 */
export const setPresence = async (
  { agents, jobs, now, settings }: Pick<Ports, "agents" | "jobs" | "now" | "settings">,
  id: AgentId,
  presence: ChosenPresence,
): Promise<Agent | undefined> => {
  const chosenAt = now();
  const believedUntil = addSeconds(chosenAt, limitsOf(await settings.snapshot()).presenceLeaseSeconds);
  const agent = await agents.setPresence(id, { presence, chosenAt, believedUntil });
  if (agent) await jobs.enqueueDispatch(dispatchesFor(agent, "presence"));
  return agent;
};
