import { type Agent, presenceOf } from "../agent/agent.ts";
import type { Decline, Exclusion, QueuedConversation, RoutingDecision } from "../conversation/conversation.ts";
import type { AgentId } from "../kernel/ids.ts";
import { addSeconds, type Instant } from "../kernel/instant.ts";
import type { Queue } from "../settings/settings.ts";

/** The settings of a queue that decide who gets a conversation. */
export type MatchingRules = Pick<
  Queue,
  "id" | "assignmentMethod" | "allowedPresences" | "declineLimit" | "declineMemorySeconds"
>;

/** The input of a match. */
export interface MatchingFacts {
  /** Conversations of one queue, in any order. */
  readonly waiting: readonly QueuedConversation[];
  /** Agents in any order. Those who are not members of the queue are ignored. */
  readonly agents: readonly Agent[];
  readonly rules: MatchingRules;
  readonly now: Instant;
}

type MatchingContext = Pick<MatchingFacts, "rules" | "now">;

/** One conversation, the agent who gets it, and the reasons. */
export interface Match {
  readonly conversation: QueuedConversation;
  readonly agentId: AgentId;
  readonly decision: RoutingDecision;
}

/** A conversation that no agent can take now. */
interface Unmatched {
  readonly conversation: QueuedConversation;
  /** Every member of the queue, with the reason that excludes the member. */
  readonly excluded: RoutingDecision["excluded"];
}

/** The outcome of a match. */
export interface Matching {
  readonly matches: readonly Match[];
  readonly unmatched: readonly Unmatched[];
  /** The members of the queue, with the load that they have after the matches. */
  readonly agents: readonly Agent[];
}

/** An agent during a match, with the load of the matches so far. */
interface Candidate {
  readonly agent: Agent;
  load: number;
  lastAssignedAt: string;
}

/**
 * Decides who gets what in one queue. Conversations are matched by priority, then by time in the queue, with the best of
 * the members who may take them. Members who declined a conversation come last, and members who reached the queue's limit
 * of declines are excluded; a decline counts until the queue forgets it or the agent chooses a presence. A conversation
 * that no agent can take does not hold up those behind it.
 * @returns at most one agent for each conversation, and no agent above its capacity. Never throws.
 */
export const match = ({ waiting, agents, rules, now }: MatchingFacts): Matching => {
  const candidates = agents
    .filter((agent) => agent.queueIds.includes(rules.id))
    .map((agent): Candidate => ({ agent, load: agent.load, lastAssignedAt: agent.lastAssignedAt ?? "" }));
  const matches: Match[] = [];
  const unmatched: Unmatched[] = [];
  for (const conversation of waiting.toSorted(compareByTurn)) {
    const { eligible, excluded } = divide(candidates, conversation, { rules, now });
    const choice = choose(eligible, conversation, { rules, now });
    if (!choice) {
      unmatched.push({ conversation, excluded });
      continue;
    }
    const { candidate, chosenBy } = choice;
    const agentId = candidate.agent.id;
    candidate.load += unitsNeeded(candidate, conversation);
    candidate.lastAssignedAt = now;
    const eligibleIds = eligible.map(({ agent }) => agent.id);
    const decision = { decidedAt: now, agentId, chosenBy, eligible: eligibleIds, excluded };
    matches.push({ conversation, agentId, decision });
  }
  return { matches, unmatched, agents: candidates.map(({ agent, load }) => ({ ...agent, load })) };
};

/** Whether any member of the queue could take one more unit. Without one, no match is possible. */
export const hasFreeCapacity = (agents: readonly Agent[], { rules, now }: MatchingContext): boolean =>
  agents.some(
    (agent) =>
      agent.queueIds.includes(rules.id) &&
      agent.load < agent.capacity &&
      rules.allowedPresences.includes(presenceOf(agent, now)),
  );

/** Orders conversations as they leave a queue: by priority, then by time in the queue. */
export const compareByTurn = (a: QueuedConversation, b: QueuedConversation): number =>
  a.priority - b.priority || compare(a.queuedAt, b.queuedAt) || compare(a.id, b.id);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const divide = (
  candidates: readonly Candidate[],
  conversation: QueuedConversation,
  context: MatchingContext,
): { readonly eligible: readonly Candidate[]; readonly excluded: RoutingDecision["excluded"] } => {
  const eligible: Candidate[] = [];
  const excluded: RoutingDecision["excluded"] = [];
  for (const candidate of candidates) {
    const reason = exclusionOf(candidate, conversation, context);
    if (reason) excluded.push({ agentId: candidate.agent.id, reason });
    else eligible.push(candidate);
  }
  return { eligible, excluded };
};

/** A claim that a crash left behind already counts in the load, so the same agent needs no further capacity. */
const unitsNeeded = ({ agent }: Candidate, conversation: QueuedConversation): number =>
  agent.claims[conversation.id] ? 0 : conversation.capacityUnits;

const exclusionOf = (
  candidate: Candidate,
  conversation: QueuedConversation,
  context: MatchingContext,
): Exclusion | undefined => {
  const { agent, load } = candidate;
  const { rules, now } = context;
  if (!rules.allowedPresences.includes(presenceOf(agent, now))) return "presence";
  if (!conversation.skills.every((skill) => agent.skills.includes(skill))) return "skills";
  if (hasDeclined(candidate, conversation, context)) return "declined";
  if (load + unitsNeeded(candidate, conversation) > agent.capacity) return "capacity";
  return undefined;
};

const choose = (
  eligible: readonly Candidate[],
  conversation: QueuedConversation,
  context: MatchingContext,
): { readonly candidate: Candidate; readonly chosenBy: RoutingDecision["chosenBy"] } | undefined => {
  const { rules, now } = context;
  const preferred = preferredOf(eligible, conversation, now);
  if (preferred) return { candidate: preferred, chosenBy: "preferred" };
  const [best] = eligible.toSorted(
    (a, b) =>
      // Agents who declined the conversation come after those who did not.
      declinesBy(a, conversation, context).length - declinesBy(b, conversation, context).length ||
      (rules.assignmentMethod === "most-free-capacity" ? freeUnits(b) - freeUnits(a) : 0) ||
      compare(a.lastAssignedAt, b.lastAssignedAt) ||
      compare(a.agent.id, b.agent.id),
  );
  return best && { candidate: best, chosenBy: rules.assignmentMethod };
};

const preferredOf = (
  eligible: readonly Candidate[],
  { preferred: { agentIds, until } }: QueuedConversation,
  now: Instant,
): Candidate | undefined => {
  if (until !== undefined && until <= now) return undefined;
  for (const id of agentIds) {
    const candidate = eligible.find(({ agent }) => agent.id === id);
    if (candidate) return candidate;
  }
  return undefined;
};

/** The declines of an agent that count: the queue remembers them, and the agent has not chosen a presence since. */
const declinesBy = (
  { agent }: Candidate,
  { declines }: QueuedConversation,
  { rules, now }: MatchingContext,
): readonly Decline[] =>
  declines.filter(
    (decline) =>
      decline.agentId === agent.id &&
      now < declineEnd(decline, rules) &&
      decline.declinedAt >= (agent.presenceChosenAt ?? ""),
  );

const hasDeclined = (candidate: Candidate, conversation: QueuedConversation, context: MatchingContext): boolean => {
  const declines = declinesBy(candidate, conversation, context);
  return declines.length >= context.rules.declineLimit || declines.some(({ kind }) => kind === "released");
};

/** When a decline no longer counts. */
export const declineEnd = (
  { declinedAt }: Pick<Decline, "declinedAt">,
  { declineMemorySeconds }: Pick<Queue, "declineMemorySeconds">,
): Instant => addSeconds(declinedAt, declineMemorySeconds);

const freeUnits = ({ agent, load }: Candidate): number => agent.capacity - load;
