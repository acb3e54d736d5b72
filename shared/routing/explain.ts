import * as z from "zod";
import type { Agents } from "../agent/agents.ts";
import { exclusionSchema, type QueuedConversation } from "../conversation/conversation.ts";
import { agentIdSchema } from "../kernel/ids.ts";
import type { Now } from "../kernel/instant.ts";
import { queueOf, type Settings } from "../settings/settings.ts";
import { match } from "./match.ts";

export interface ExplainDeps {
  readonly agents: Agents;
  readonly settings: Settings;
  readonly now: Now;
}

/** Why a conversation waits, by the facts of the moment: each member of its queue is in one of the two lists. */
export const waitSchema = z
  .object({
    /** Who could take it now: those before it in the queue come first. */
    eligible: z.array(agentIdSchema),
    excluded: z.array(z.object({ agentId: agentIdSchema, because: exclusionSchema })),
  })
  .meta({ id: "Wait" });
export type Wait = z.infer<typeof waitSchema>;

/**
 * Says why a conversation still waits.
 * @throws TransientError when a store is unavailable.
 */
export const explain = async (deps: ExplainDeps, conversation: QueuedConversation): Promise<Wait> => {
  const [settings, members] = await Promise.all([
    deps.settings.snapshot(),
    deps.agents.membersOf(conversation.queueId),
  ]);
  const { matches, unmatched } = match([conversation], members, queueOf(settings, conversation.queueId), deps.now());
  const [found] = matches;
  return found
    ? { eligible: found.reason.eligible, excluded: found.reason.excluded }
    : { eligible: [], excluded: unmatched[0]?.excluded ?? [] };
};
