import { dispatchesFor } from "../agent/agent.ts";
import type { AgentId, ConversationId } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";

/** A claim, as a release names it. */
export interface ClaimKey {
  readonly agentId: AgentId;
  readonly conversationId: ConversationId;
  readonly token: string;
}

/**
 * Releases the capacity that a claim takes, and dispatches all queues of the agent.
 * @returns false when the agent no longer has this claim: nothing changes then.
 * @throws TransientError when a store or the broker is unavailable.
 */
export const releaseCapacity = async (
  { agents, jobs }: Pick<Ports, "agents" | "jobs">,
  { agentId, conversationId, token }: ClaimKey,
): Promise<boolean> => {
  const agent = await agents.release(agentId, conversationId, token);
  if (!agent) return false;
  await jobs.enqueueDispatch(dispatchesFor(agent, "capacity-free"));
  return true;
};
