import type { Conversation } from "../conversation/conversation.ts";
import type { AgentId } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Read } from "../kernel/stored.ts";
import { queueOf } from "../settings/settings.ts";
import { type Move, moveConversation } from "./move-conversation.ts";

type ReleasePorts = Pick<Ports, "conversations" | "agents" | "jobs" | "routingWorkflow" | "now" | "newId" | "settings">;

/**
 * Gives a conversation back to its queue; the agent is not offered it again.
 * @throws TransientError when a store or the broker is unavailable.
 */
export const releaseConversation = async (
  ports: ReleasePorts,
  read: Read<Conversation>,
  agentId: AgentId,
): Promise<Move> => {
  const { declineLimit } = queueOf(await ports.settings.snapshot(), read.value.queueId);
  return moveConversation(ports, read, { kind: "release", agentId, declineLimit });
};
