import type { AgentId, ConversationId } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import { queueOf } from "../settings/settings.ts";
import { type Move, moveConversation } from "./move-conversation.ts";

type ReleasePorts = Pick<Ports, "conversations" | "agents" | "jobs" | "routingWorkflow" | "now" | "newId" | "settings">;

/**
 * Gives a conversation back to its queue; the agent is not offered it again.
 * @throws TransientError when a store or the broker is unavailable.
 */
export const releaseConversation = async (ports: ReleasePorts, id: ConversationId, agentId: AgentId): Promise<Move> => {
  const [read, settings] = await Promise.all([ports.conversations.find(id), ports.settings.snapshot()]);
  if (!read) return { kind: "not-found" };
  const { declineLimit } = queueOf(settings, read.value.queueId);
  return moveConversation(ports, read, { kind: "release", agentId, declineLimit });
};
