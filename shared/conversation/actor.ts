import type { Caller } from "../kernel/caller.ts";
import type { AgentId } from "../kernel/ids.ts";

/** The person who changes a conversation. Supervisors may change conversations of others. */
export interface Actor {
  readonly agentId: AgentId;
  readonly supervisor: boolean;
}

export const actorOf = ({ agentId, roles }: Caller): Actor => ({ agentId, supervisor: roles.includes("Supervisor") });
