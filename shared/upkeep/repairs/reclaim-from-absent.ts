import { changeConversation } from "../../conversation/change-conversation.ts";
import type { Conversation } from "../../conversation/conversation.ts";
import { absenceOf, mayBeAbsent } from "../../routing/absence.ts";
import { requireFollowUp } from "../../routing/follow-up.ts";
import { moveConversation } from "../../routing/move-conversation.ts";
import { queueOf } from "../../settings/settings.ts";
import type { SweepRun } from "../sweep-run.ts";

/**
 * Returns a conversation to its queue whose customer waits for an agent who is offline or does not answer.
 * @throws TransientError when a store is unavailable, or the follow-up is incomplete.
 */
export const reclaimFromAbsent = async (run: SweepRun, conversation: Conversation): Promise<void> => {
  const { ports, settings, now, swept } = run;
  const queue = queueOf(settings, conversation.queueId);
  if (!mayBeAbsent(conversation, queue, now)) return;
  const { id, agentId, waitingSince } = conversation;
  const agent = await run.findAgent(agentId);
  const hours = settings.operatingHours.find((setting) => setting.id === queue.operatingHoursId);
  const reason = absenceOf({ conversation, agent, rules: queue, hours, now });
  if (!reason) return;
  const repliedAt = await ports.messages.lastReplyAt(id);
  if (repliedAt !== undefined && repliedAt > waitingSince) {
    // Conversations of version 2 and earlier did not note replies.
    await changeConversation(ports, id, { kind: "reply-found", at: repliedAt });
    return;
  }
  const move = await moveConversation(ports, id, { kind: "reclaim", agentId, waitingSince, reason });
  if (move.kind !== "moved") return;
  swept.conversationsReclaimed += 1;
  requireFollowUp(move);
};
