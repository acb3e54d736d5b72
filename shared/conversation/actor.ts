import type { Caller } from "../kernel/caller.ts";
import type { AgentId } from "../kernel/ids.ts";

/** Somebody who changes a conversation. A supervisor may change those of others. */
export interface Actor {
  readonly agentId: AgentId;
  readonly supervisor: boolean;
}

/** The caller as somebody who changes conversations. */
export const actorOf = ({ agentId, roles }: Caller): Actor => ({ agentId, supervisor: roles.includes("Supervisor") });
