import { type Agent, presenceOf } from "../agent/agent.ts";
import type { Conversation } from "../conversation/conversation.ts";
import type { Absence } from "../conversation/transition/routing.ts";
import { type Instant, secondsBetween } from "../kernel/instant.ts";
import { isOpenFor, type OperatingHours } from "../settings/operating-hours.ts";
import type { Queue } from "../settings/settings.ts";

type AbsenceRules = Pick<Queue, "agentOfflineSeconds" | "agentSilentSeconds">;

/** A conversation that an agent owns while its customer waits for a reply. */
export type AwaitedConversation = Extract<Conversation, { state: "active" | "waiting" }> & {
  readonly waitingSince: Instant;
};

/** Whether an agent may have been absent for too long, as far as the conversation shows. It saves a read of the agent. */
export const mayBeAbsent = (
  conversation: Conversation,
  { agentOfflineSeconds, agentSilentSeconds = Number.POSITIVE_INFINITY }: AbsenceRules,
  now: Instant,
): conversation is AwaitedConversation =>
  (conversation.state === "active" || conversation.state === "waiting") &&
  conversation.waitingSince !== undefined &&
  secondsBetween(conversation.waitingSince, now) >= Math.min(agentOfflineSeconds, agentSilentSeconds);

interface AbsenceFacts {
  readonly conversation: AwaitedConversation;
  /** Undefined when the agent no longer exists. */
  readonly agent: Agent | undefined;
  readonly rules: AbsenceRules;
  /** The operating hours of the queue; undefined when it is always open. */
  readonly hours: OperatingHours | undefined;
  readonly now: Instant;
}

/**
 * Decides whether an agent has been absent for so long that the conversation returns to its queue. Times count from when
 * the customer began to wait, or later: from when the agent went offline, or got or parked the conversation.
 */
export const absenceOf = ({ conversation, agent, rules, hours, now }: AbsenceFacts): Absence | undefined => {
  const { waitingSince, stateChangedAt } = conversation;
  const hasLasted = (since: Instant, seconds: number): boolean =>
    isOpenFor(hours, { since: since > waitingSince ? since : waitingSince, now, seconds });
  const offlineSince = offlineSinceOf(agent, now) ?? waitingSince;
  const isOffline = !agent || presenceOf(agent, now) === "offline";
  if (isOffline && hasLasted(offlineSince, rules.agentOfflineSeconds)) return "agent-offline";
  const { agentSilentSeconds } = rules;
  return agentSilentSeconds !== undefined && hasLasted(stateChangedAt, agentSilentSeconds) ? "agent-silent" : undefined;
};

/** When an agent who is offline went offline, as far as it is known. */
const offlineSinceOf = (agent: Agent | undefined, now: Instant): Instant | undefined => {
  if (!agent) return undefined;
  const { presence, presenceChosenAt, believedUntil } = agent;
  if (presence === "offline") return presenceChosenAt;
  return believedUntil !== undefined && believedUntil <= now ? believedUntil : undefined;
};
