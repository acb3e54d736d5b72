import type { Agent } from "../agent/agent.ts";
import type { Exclusion, QueuedConversation } from "../conversation/conversation.ts";
import type { AgentId } from "../kernel/ids.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Ports } from "../kernel/ports.ts";
import { queueOf, type SettingsSnapshot } from "../settings/settings.ts";
import { match } from "./match.ts";

type ExplainPorts = Pick<Ports, "agents" | "settings" | "now">;

/** Why a conversation waits, at this moment. Each member of its queue is in one of the two lists. */
export interface Wait {
  /** The agents who could take it now. Conversations before it in the queue come first. */
  readonly eligible: readonly AgentId[];
  readonly excluded: readonly { readonly agentId: AgentId; readonly reason: Exclusion }[];
  /** Why no presence and no free capacity of its members would help: see `Obstacle`. Undefined when one would. */
  readonly obstacle: Obstacle | undefined;
}

/** The queue has no members, none of them has the skills, or all of those who have them have declined for now. */
type Obstacle = "no-members" | "missing-skills" | "all-declined";

/**
 * Explains why a conversation waits.
 * @throws TransientError when a store is unavailable.
 */
export const explain = async (ports: ExplainPorts, conversation: QueuedConversation): Promise<Wait> => {
  const [settings, members] = await Promise.all([
    ports.settings.snapshot(),
    ports.agents.membersOf(conversation.queueId),
  ]);
  return waitOf(conversation, { settings, members, now: ports.now() });
};

interface WaitFacts {
  readonly settings: SettingsSnapshot;
  /** The members of the conversation's queue. */
  readonly members: readonly Agent[];
  readonly now: Instant;
}

/** Explains why a conversation waits, from facts that are known. */
export const waitOf = (conversation: QueuedConversation, { settings, members, now }: WaitFacts): Wait => {
  const rules = queueOf(settings, conversation.queueId);
  const { matches, unmatched } = match({ waiting: [conversation], agents: members, rules, now });
  const [found] = matches;
  if (found) return { eligible: found.decision.eligible, excluded: found.decision.excluded, obstacle: undefined };
  const excluded = unmatched[0]?.excluded ?? [];
  return { eligible: [], excluded, obstacle: obstacleOf(conversation, members, excluded) };
};

const obstacleOf = (
  { skills }: QueuedConversation,
  members: readonly Agent[],
  excluded: Wait["excluded"],
): Obstacle | undefined => {
  if (members.length === 0) return "no-members";
  const skilled = members.filter((member) => skills.every((skill) => member.skills.includes(skill)));
  if (skilled.length === 0) return "missing-skills";
  const hasDeclined = ({ id }: Agent) =>
    excluded.some(({ agentId, reason }) => agentId === id && reason === "declined");
  return skilled.every(hasDeclined) ? "all-declined" : undefined;
};
