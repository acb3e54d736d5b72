import type { Actor } from "../conversation/actor.ts";
import { ownerOf } from "../conversation/conversation.ts";
import type { ConversationId } from "../kernel/ids.ts";
import { queueOf, type Settings } from "../settings/settings.ts";
import { type Move, type MoveDeps, moveConversation } from "./move-conversation.ts";

export interface EndDeps extends MoveDeps {
  readonly settings: Settings;
}

/**
 * Ends a conversation: its agent goes on to wrap-up, for as long as the queue gives; a supervisor closes that of
 * another, or of nobody, at once.
 * @throws TransientError when a store or the broker is unavailable.
 */
export const endConversation = async (deps: EndDeps, id: ConversationId, actor: Actor): Promise<Move> => {
  const read = await deps.conversations.find(id);
  if (!read) return { kind: "not-found" };
  const { agentId, supervisor } = actor;
  if (supervisor && ownerOf(read.value) !== agentId) {
    return moveConversation(deps, id, { kind: "close" }, { read });
  }
  const { wrapUpSeconds } = queueOf(await deps.settings.snapshot(), read.value.queueId);
  const move = await moveConversation(deps, id, { kind: "end", agentId, wrapUpSeconds }, { read });
  // One that was put aside takes no capacity; where there is none for its wrap-up, it goes without.
  return move.kind === "no-room" ? moveConversation(deps, id, { kind: "end", agentId, wrapUpSeconds: 0 }) : move;
};
