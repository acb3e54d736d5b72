import { isMember } from "../conversation/visibility.ts";
import type { AgentId, ConversationId } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import { type Move, moveConversation } from "./move-conversation.ts";

type MovePorts = Pick<Ports, "conversations" | "agents" | "jobs" | "routingWorkflow" | "now" | "newId">;

/**
 * Gives a conversation that waits in a queue to the member of the queue who asks for it.
 * @returns `not-a-member` when the agent is none, else what became of the conversation.
 * @throws TransientError when a store or the broker is unavailable.
 */
export const pickConversation = async (
  ports: MovePorts,
  id: ConversationId,
  agentId: AgentId,
): Promise<Move | { readonly kind: "not-a-queue-member" }> => {
  const read = await ports.conversations.find(id);
  if (!read) return { kind: "not-found" };
  const { queueId } = read.value;
  if (!(await isMember(ports, { agentId }, queueId))) return { kind: "not-a-queue-member" };
  return moveConversation(ports, read, { kind: "pick", agentId, queueId });
};
