import type { AgentId, ConversationId } from "../kernel/ids.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Freshness, Page, PageRequest } from "../kernel/stored.ts";
import type { ChosenPresence, Presence } from "../settings/presence.ts";
import type { Agent, AgentProfile } from "./agent.ts";

/** A request for an agent's capacity. */
export interface ClaimRequest {
  readonly agentId: AgentId;
  readonly conversationId: ConversationId;
  /** The units that the conversation takes, at least 1. */
  readonly units: number;
  readonly claimedAt: Instant;
  /** Different for each claim. */
  readonly token: string;
  /** The agent must have one of these presences at `claimedAt`, by `presenceOf`; any presence will do by default. */
  readonly presences?: readonly Presence[];
  /** A supervisor insists: the load may rise above the capacity. */
  readonly mayExceedCapacity?: boolean;
}

/** A presence that an agent chooses. */
export interface PresenceChoice {
  readonly presence: ChosenPresence;
  readonly chosenAt: Instant;
  readonly believedUntil: Instant;
}

/**
 * The store of agents. Every method throws TransientError when the store is unavailable or throttles.
 *
 * @remarks The load of an agent and its claims change together, and only by `claim` and `release`. A retired agent stays
 * stored. Unless a method says otherwise, it is as if there were no such agent.
 */
export interface Agents {
  /** @returns `undefined` when there is no such agent. */
  find(id: AgentId): Promise<Agent | undefined>;
  /** Finds an agent, also a retired one. */
  findWithRetired(id: AgentId): Promise<Agent | undefined>;
  /** Lists all agents by name. */
  list(page: PageRequest): Promise<Page<Agent>>;
  /**
   * Returns all members of a queue.
   *
   * @remarks By default a read may miss a recent write: see `Freshness`.
   */
  membersOf(queueId: string, freshness?: Freshness): Promise<readonly Agent[]>;
  /** Returns all agents who have a claim, also retired ones. */
  withClaims(): Promise<readonly Agent[]>;
  /**
   * Claims capacity for a conversation, in one step that never raises the load above the capacity unless the request
   * says so.
   *
   * @remarks An agent has at most one claim for a conversation. A second request takes over the claim of the first,
   * whose move may still be in progress.
   * @returns
   * - `claimed`: the load has grown by the units.
   * - `held`: the agent already had a claim for the conversation. It has the new token and time; the load is unchanged.
   * - `refused`: there is no such agent, too little free capacity, or none of the presences.
   */
  claim(request: ClaimRequest): Promise<"claimed" | "held" | "refused">;
  /**
   * Releases the claim with this token, also of a retired agent.
   * @returns the agent after the release; `undefined` when it does not have this claim, and nothing changes.
   */
  release(id: AgentId, conversationId: ConversationId, token: string): Promise<Agent | undefined>;
  /**
   * Sets the presence that an agent, or another person for the agent, chooses.
   * @returns the agent after the change; `undefined` when there is no such agent.
   */
  setPresence(id: AgentId, choice: PresenceChoice): Promise<Agent | undefined>;
  /** Sets `believedUntil` of an agent, and nothing else. */
  renewPresence(id: AgentId, believedUntil: Instant): Promise<void>;
  /** Sets an agent to inactive, unless it has chosen a presence after `since`. An unknown agent is ignored. */
  setInactive(id: AgentId, since: Instant): Promise<void>;
  /**
   * Creates an agent, offline and without load, or replaces the profile of an existing one. A retired agent takes part
   * again.
   * @returns the agent after the change.
   */
  saveProfile(id: AgentId, profile: AgentProfile): Promise<Agent>;
  /**
   * Replaces the profile of an agent, if it still has the expected one. Everything else about the agent may have changed.
   * A retired agent takes part again.
   * @param version - `profileVersionOf` the expected profile.
   * @returns `stale` when the agent has another profile or does not exist; nothing is changed then.
   */
  replaceProfile(id: AgentId, profile: AgentProfile, version: string): Promise<Agent | "stale">;
  /**
   * Retires an agent: it is offline, and gets no claim from now on. The claims that it has stay until they are released.
   *
   * @remarks A retired agent keeps its first `retiredAt`.
   * @returns the agent after the change; `undefined` when there is no such agent.
   */
  retire(id: AgentId, retiredAt: Instant): Promise<Agent | undefined>;
}

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly agents: Agents;
  }
}
