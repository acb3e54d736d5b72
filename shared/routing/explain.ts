import * as z from "zod";
import { exclusionSchema, type QueuedConversation } from "../conversation/conversation.ts";
import { agentIdSchema } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import { queueOf } from "../settings/settings.ts";
import { match } from "./match.ts";

type ExplainPorts = Pick<Ports, "agents" | "settings" | "now">;

/** Why a conversation waits, by the facts of the moment: each member of its queue is in one of the two lists. */
export const waitSchema = z
  .object({
    /** Who could take it now: those before it in the queue come first. */
    eligible: z.array(agentIdSchema),
    excluded: z.array(z.object({ agentId: agentIdSchema, reason: exclusionSchema })),
  })
  .meta({ id: "Wait" });
export type Wait = z.infer<typeof waitSchema>;

/**
 * Says why a conversation still waits.
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
