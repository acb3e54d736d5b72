import type { Exclusion, QueuedConversation } from "../conversation/conversation.ts";
import type { AgentId } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import { queueOf } from "../settings/settings.ts";
import { match } from "./match.ts";

type ExplainPorts = Pick<Ports, "agents" | "settings" | "now">;

/** Why a conversation waits, at this moment. Each member of its queue is in one of the two lists. */
export interface Wait {
  /** The agents who could take it now. Conversations before it in the queue come first. */
  readonly eligible: readonly AgentId[];
  readonly excluded: readonly { readonly agentId: AgentId; readonly reason: Exclusion }[];
}

/**
 * Explains why a conversation waits.
 * @throws TransientError when a store is unavailable.
 */
export const explain = async (ports: ExplainPorts, conversation: QueuedConversation): Promise<Wait> => {
  const [settings, members] = await Promise.all([
    ports.settings.snapshot(),
    ports.agents.membersOf(conversation.queueId),
  ]);
  const rules = queueOf(settings, conversation.queueId);
  const { matches, unmatched } = match({ waiting: [conversation], agents: members, rules, now: ports.now() });
  const [found] = matches;
  return found
    ? { eligible: found.decision.eligible, excluded: found.decision.excluded }
    : { eligible: [], excluded: unmatched[0]?.excluded ?? [] };
};
