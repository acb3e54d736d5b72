import type { AgentId, ConversationId } from "../kernel/ids.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Freshness, Page, PageRequest } from "../kernel/stored.ts";
import type { ChosenPresence, Presence } from "../settings/presence.ts";
import type { Agent, AgentProfile } from "./agent.ts";

/** Capacity that is wanted of an agent. */
export interface ClaimRequest {
  readonly agentId: AgentId;
  readonly conversationId: ConversationId;
  /** Units that the conversation takes, at least 1. */
  readonly units: number;
  readonly at: Instant;
  /** New for each claim. */
  readonly token: string;
  /** The agent must have one of these presences; without them, any will do. */
  readonly presences?: readonly Presence[];
}

/** Where agents are kept. Every method throws TransientError when the store is unavailable or throttles. */
export interface Agents {
  find(id: AgentId): Promise<Agent | undefined>;
  list(page: PageRequest): Promise<Page<Agent>>;
  /** All agents who are members of the queue. */
  membersOf(queueId: string, freshness?: Freshness): Promise<readonly Agent[]>;
  /** All agents who hold a claim. */
  withClaims(): Promise<readonly Agent[]>;
  /**
   * Takes capacity for a conversation, in one step that can never put the load above the capacity.
   * @returns `held` when the agent has a claim for this conversation already, of a move that was not finished or is under
   * way: it now has the new token and time, and the load is as it was.
   */
  claim(request: ClaimRequest): Promise<"claimed" | "held" | "refused">;
  /**
   * Gives back what one claim took; nothing happens when the agent's claim for the conversation is another one by now.
   * @returns the agent as it is afterwards when capacity came free.
   */
  release(id: AgentId, conversationId: ConversationId, token: string): Promise<Agent | undefined>;
  /**
   * Sets the presence that an agent has chosen.
   * @returns the agent as it is afterwards, or nothing when there is no such agent.
   */
  setPresence(id: AgentId, presence: ChosenPresence, at: Instant): Promise<Agent | undefined>;
  /** Makes an agent inactive who has chosen no presence since `since`: one who has is there. */
  setInactive(id: AgentId, since: Instant): Promise<void>;
  /** Creates an agent, offline and without load, or changes its profile and leaves the rest as it is. */
  saveProfile(id: AgentId, profile: AgentProfile): Promise<Agent>;
  /**
   * Replaces the profile of an agent, if it still has the expected one. Everything else about the agent may have changed.
   * @param version - `profileVersionOf` the expected profile.
   * @returns `stale` when the agent has another profile or does not exist; nothing is changed then.
   */
  replaceProfile(id: AgentId, profile: AgentProfile, version: string): Promise<Agent | "stale">;
}

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly agents: Agents;
  }
}
