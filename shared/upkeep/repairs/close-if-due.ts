import { type Conversation, isQuietSince } from "../../conversation/conversation.ts";
import type { MoveEvent } from "../../conversation/transition/transition.ts";
import { addSeconds } from "../../kernel/instant.ts";
import { requireFollowUp } from "../../routing/follow-up.ts";
import { moveConversation } from "../../routing/move-conversation.ts";
import { queueOf } from "../../settings/settings.ts";
import type { SweepRun } from "../sweep-run.ts";

/**
 * Closes a conversation whose wrap-up is over, or that was inactive for as long as its queue allows.
 * @returns whether it was closed.
 * @throws TransientError when a store is unavailable, or the follow-up is incomplete.
 */
export const closeIfDue = async (run: SweepRun, conversation: Conversation): Promise<boolean> => {
  const event = await dueEvent(run, conversation);
  const move = event && (await moveConversation(run.ports, conversation.id, event));
  if (move?.kind !== "moved") return false;
  run.swept.conversationsClosed += 1;
  requireFollowUp(move);
  return true;
};

const dueEvent = async (
  { ports, settings, now }: SweepRun,
  conversation: Conversation,
): Promise<MoveEvent | undefined> => {
  if (conversation.state === "wrap-up") return conversation.endsAt <= now ? { kind: "wrap-up-over" } : undefined;
  const { inactiveAfterSeconds } = queueOf(settings, conversation.queueId);
  const quietSince = addSeconds(now, -inactiveAfterSeconds);
  if (!isQuietSince(conversation, quietSince)) return undefined;
  const repliedAt = await ports.messages.lastReplyAt(conversation.id);
  return repliedAt && repliedAt > quietSince ? undefined : { kind: "go-inactive", quietSince };
};
