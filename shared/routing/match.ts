import type { Agent } from "../agent/agent.ts";
import type { Exclusion, QueuedConversation, RoutingDecision } from "../conversation/conversation.ts";
import type { AgentId } from "../kernel/ids.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Queue } from "../settings/settings.ts";

/** The settings of a queue by which agents are chosen. */
export type MatchingRules = Pick<Queue, "id" | "assignmentMethod" | "allowedPresences" | "declineLimit">;

/** One conversation, the agent who gets it, and why. */
export interface Match {
  readonly conversation: QueuedConversation;
  readonly agentId: AgentId;
  readonly reason: RoutingDecision;
}

/** What was decided of the conversations that wait in one queue. */
export interface Matching {
  readonly matches: readonly Match[];
  /** Those that nobody can take now, and what keeps each member of the queue from it. */
  readonly unmatched: readonly {
    readonly conversation: QueuedConversation;
    readonly excluded: RoutingDecision["excluded"];
  }[];
  /** The members of the queue, with the load that the matches give them. */
  readonly agents: readonly Agent[];
}

/** An agent while a matching is under way, with what it has been given so far. */
interface Candidate {
  readonly agent: Agent;
  load: number;
  lastAssignedAt: string;
}

/**
 * Decides who gets what in one queue: conversations by priority, then by time in the queue; for each, the best of the
 * members that may have it. One that nobody can take does not hold up those behind it.
 * @param waiting - conversations of this queue, in any order.
 * @param agents - agents in any order; those who are not members of the queue are left out.
 * @returns at most one agent for each conversation, and no agent beyond its capacity. Never throws.
 */
export const match = (
  waiting: readonly QueuedConversation[],
  agents: readonly Agent[],
  rules: MatchingRules,
  now: Instant,
): Matching => {
  const candidates = agents
    .filter((agent) => agent.queueIds.includes(rules.id))
    .map((agent): Candidate => ({ agent, load: agent.load, lastAssignedAt: agent.lastAssignedAt ?? "" }));
  const matches: Match[] = [];
  const unmatched: Matching["unmatched"][number][] = [];
  for (const conversation of waiting.toSorted(byTurn)) {
    const excluded: RoutingDecision["excluded"] = [];
    const eligible: Candidate[] = [];
    for (const candidate of candidates) {
      const because = exclusionOf(candidate, conversation, rules);
      if (because) excluded.push({ agentId: candidate.agent.id, reason: because });
      else eligible.push(candidate);
    }
    const choice = choose(eligible, conversation, rules, now);
    if (!choice) {
      unmatched.push({ conversation, excluded });
      continue;
    }
    const { candidate, by } = choice;
    candidate.load += unitsNeeded(candidate, conversation);
    candidate.lastAssignedAt = now;
    matches.push({
      conversation,
      agentId: candidate.agent.id,
      reason: {
        decidedAt: now,
        agentId: candidate.agent.id,
        by,
        eligible: eligible.map(({ agent }) => agent.id),
        excluded,
      },
    });
  }
  return { matches, unmatched, agents: candidates.map(({ agent, load }) => ({ ...agent, load })) };
};

/** Says whether anybody in the queue could take one more unit: where not, there is nothing to decide. */
export const anyRoom = (agents: readonly Agent[], rules: MatchingRules): boolean =>
  agents.some(
    (agent) =>
      agent.queueIds.includes(rules.id) &&
      agent.load < agent.capacity &&
      rules.allowedPresences.includes(agent.presence),
  );

/** The order in which conversations leave a queue: priority, then arrival. */
export const byTurn = (a: QueuedConversation, b: QueuedConversation): number =>
  a.priority - b.priority || compare(a.queuedAt, b.queuedAt) || compare(a.id, b.id);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A claim that was made before a crash counts already: giving the conversation to the same agent costs nothing more. */
const unitsNeeded = ({ agent }: Candidate, conversation: QueuedConversation): number =>
  agent.claims[conversation.id] ? 0 : conversation.capacityUnits;

const exclusionOf = (
  candidate: Candidate,
  conversation: QueuedConversation,
  rules: MatchingRules,
): Exclusion | undefined => {
  const { agent, load } = candidate;
  if (!rules.allowedPresences.includes(agent.presence)) return "presence";
  if (!conversation.skills.every((skill) => agent.skills.includes(skill))) return "skills";
  if ((conversation.declines[agent.id] ?? 0) >= rules.declineLimit) return "declined";
  if (load + unitsNeeded(candidate, conversation) > agent.capacity) return "capacity";
  return undefined;
};

const choose = (
  eligible: readonly Candidate[],
  conversation: QueuedConversation,
  rules: MatchingRules,
  now: Instant,
): { candidate: Candidate; by: RoutingDecision["by"] } | undefined => {
  const { agentIds, until } = conversation.preferred;
  if (until === undefined || now < until) {
    for (const id of agentIds) {
      const candidate = eligible.find(({ agent }) => agent.id === id);
      if (candidate) return { candidate, by: "preferred" };
    }
  }
  const [best] = eligible.toSorted(
    (a, b) =>
      // Whoever declined it comes after all who did not.
      (conversation.declines[a.agent.id] ?? 0) - (conversation.declines[b.agent.id] ?? 0) ||
      (rules.assignmentMethod === "most-free-capacity" ? free(b) - free(a) : 0) ||
      compare(a.lastAssignedAt, b.lastAssignedAt) ||
      compare(a.agent.id, b.agent.id),
  );
  return best && { candidate: best, by: rules.assignmentMethod };
};

const free = ({ agent, load }: Candidate): number => agent.capacity - load;
