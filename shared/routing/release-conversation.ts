import type { AgentId, ConversationId } from "../kernel/ids.ts";
import { queueOf, type Settings } from "../settings/settings.ts";
import { type Move, type MoveDeps, moveConversation } from "./move-conversation.ts";

export interface ReleaseDeps extends MoveDeps {
  readonly settings: Settings;
}

/**
 * Gives a conversation back to its queue; the agent is not offered it again.
 * @throws TransientError when a store or the broker is unavailable.
 */
export const releaseConversation = async (deps: ReleaseDeps, id: ConversationId, agentId: AgentId): Promise<Move> => {
  const [read, settings] = await Promise.all([deps.conversations.find(id), deps.settings.snapshot()]);
  if (!read) return { kind: "not-found" };
  const { declineLimit } = queueOf(settings, read.value.queueId);
  return moveConversation(deps, id, { kind: "release", agentId, declineLimit }, { read });
};
