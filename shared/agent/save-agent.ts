import type { AgentId } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import { type Agent, type AgentProfile, dispatchesFor } from "./agent.ts";

type SaveAgentPorts = Pick<Ports, "agents" | "settings" | "jobs">;

interface SaveAgentRequest {
  readonly id: AgentId;
  readonly profile: AgentProfile;
  /** `profileVersionOf` the profile to replace; `undefined` to replace any, or to create the agent. */
  readonly version: string | undefined;
}

export type SavedAgent =
  | { readonly kind: "saved"; readonly agent: Agent }
  /** These queues do not exist. Nothing was saved. */
  | { readonly kind: "unknown-queues"; readonly queueIds: readonly string[] }
  /** The profile has another version. Nothing was saved. */
  | { readonly kind: "stale" };

/**
 * Creates an agent or replaces its profile, and dispatches its queues.
 * @throws TransientError when a store or the broker is unavailable. The same profile may be saved again.
 */
export const saveAgent = async (
  ports: SaveAgentPorts,
  { id, profile, version }: SaveAgentRequest,
): Promise<SavedAgent> => {
  const queues = new Set((await ports.settings.list("queues")).map((queue) => queue.id));
  const unknown = profile.queueIds.filter((queueId) => !queues.has(queueId));
  if (unknown.length > 0) return { kind: "unknown-queues", queueIds: unknown };
  const agent =
    version === undefined
      ? await ports.agents.saveProfile(id, profile)
      : await ports.agents.replaceProfile(id, profile, version);
  if (agent === "stale") return { kind: "stale" };
  await ports.jobs.enqueueDispatch(dispatchesFor(agent, "settings"));
  return { kind: "saved", agent };
};
