import type { Actor } from "../conversation/actor.ts";
import { type Conversation, ownerOf } from "../conversation/conversation.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Read } from "../kernel/stored.ts";
import { queueOf } from "../settings/settings.ts";
import { type Move, moveConversation } from "./move-conversation.ts";

type EndPorts = Pick<Ports, "conversations" | "agents" | "jobs" | "routingWorkflow" | "now" | "newId" | "settings">;

/**
 * Ends a conversation. Its owner starts the wrap-up, which lasts as long as the queue allows. A supervisor closes a
 * conversation that is not their own at once.
 * @throws TransientError when a store is unavailable.
 */
export const endConversation = async (
  ports: EndPorts,
  read: Read<Conversation>,
  { agentId, supervisor }: Actor,
): Promise<Move> => {
  if (supervisor && ownerOf(read.value) !== agentId) {
    return moveConversation(ports, read, { kind: "close" });
  }
  const { wrapUpSeconds } = queueOf(await ports.settings.snapshot(), read.value.queueId);
  const move = await moveConversation(ports, read, { kind: "end", agentId, wrapUpSeconds });
  // A parked conversation takes no capacity. Without capacity for the wrap-up, it closes at once.
  return move.kind === "insufficient-capacity"
    ? moveConversation(ports, read, { kind: "end", agentId, wrapUpSeconds: 0 })
    : move;
};
