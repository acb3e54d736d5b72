import type { Conversation } from "../conversation/conversation.ts";
import type { AgentId } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Read } from "../kernel/stored.ts";
import { queueOf } from "../settings/settings.ts";
import { type Move, moveConversation } from "./move-conversation.ts";

type ReleasePorts = Pick<Ports, "conversations" | "agents" | "jobs" | "routingWorkflow" | "now" | "newId" | "settings">;

/**
 * Returns a conversation to its queue. The dispatcher does not offer it to the same agent again.
 * @throws TransientError when a store is unavailable.
 */
export const releaseConversation = async (
  ports: ReleasePorts,
  read: Read<Conversation>,
  agentId: AgentId,
): Promise<Move> => {
  const { declineLimit } = queueOf(await ports.settings.snapshot(), read.value.queueId);
  return moveConversation(ports, read, { kind: "release", agentId, declineLimit });
};
