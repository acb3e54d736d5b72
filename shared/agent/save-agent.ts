import type { AgentId } from "../kernel/ids.ts";
import type { WakeUps } from "../kernel/jobs.ts";
import type { Settings } from "../settings/settings.ts";
import { type Agent, type AgentProfile, dispatchesFor } from "./agent.ts";
import type { Agents } from "./agents.ts";

export interface SaveAgentDeps {
  readonly agents: Agents;
  readonly settings: Settings;
  readonly wakeUps: WakeUps;
}

export type SavedAgent =
  | { readonly kind: "saved"; readonly agent: Agent }
  /** Nothing was saved: these queues do not exist. */
  | { readonly kind: "unknown-queues"; readonly queueIds: readonly string[] };

/**
 * Creates an agent or changes its profile, and has its queues looked at again.
 * @throws TransientError when a store or the broker is unavailable; saving it again does no harm.
 */
export const saveAgent = async (deps: SaveAgentDeps, id: AgentId, profile: AgentProfile): Promise<SavedAgent> => {
  const queues = new Set((await deps.settings.list("queues")).map((queue) => queue.id));
  const unknown = profile.queueIds.filter((queueId) => !queues.has(queueId));
  if (unknown.length > 0) return { kind: "unknown-queues", queueIds: unknown };
  const agent = await deps.agents.saveProfile(id, profile);
  await deps.wakeUps.dispatch(dispatchesFor(agent, "settings"));
  return { kind: "saved", agent };
};
