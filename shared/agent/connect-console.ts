import type { AgentId } from "../kernel/ids.ts";
import type { LiveConnection } from "../kernel/live-updates.ts";
import type { Ports } from "../kernel/ports.ts";

/**
 * Makes the address at which a console is notified of what its user may see: the user's own work items, the queues of
 * which the user is a member and, for a supervisor, everything.
 * @returns `undefined` when the app has no live updates.
 * @throws TransientError when a store or the service is unavailable.
 */
export const connectConsole = async (
  { agents, liveUpdates }: Pick<Ports, "agents" | "liveUpdates">,
  agentId: AgentId,
  isSupervisor: boolean,
): Promise<LiveConnection | undefined> => {
  const agent = await agents.find(agentId);
  return liveUpdates.connectionFor({ agentId, queueIds: agent?.queueIds ?? [], isSupervisor });
};
