import type { Actor } from "../conversation/actor.ts";
import { type Conversation, ownerOf } from "../conversation/conversation.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Read } from "../kernel/stored.ts";
import { queueOf } from "../settings/settings.ts";
import { type Move, moveConversation } from "./move-conversation.ts";

type EndPorts = Pick<Ports, "conversations" | "agents" | "jobs" | "routingWorkflow" | "now" | "newId" | "settings">;

/**
 * Ends a conversation: its agent goes on to wrap-up, for as long as the queue gives; a supervisor closes that of
 * another, or of nobody, at once.
 * @throws TransientError when a store or the broker is unavailable.
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
  // One that was put aside takes no capacity; where there is none for its wrap-up, it goes without.
  return move.kind === "insufficient-capacity"
    ? moveConversation(ports, read, { kind: "end", agentId, wrapUpSeconds: 0 })
    : move;
};
