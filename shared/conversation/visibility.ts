import type { ConversationId } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Stored } from "../kernel/stored.ts";
import type { Actor } from "./actor.ts";
import { type Conversation, ownerOf } from "./conversation.ts";

type VisibilityPorts = Pick<Ports, "conversations" | "agents">;

export type VisibleConversation =
  | {
      readonly kind: "found";
      readonly stored: Stored<Conversation>;
      /** The conversation's queue, when it is seen by being a member of that. */
      readonly memberOf?: string;
    }
  | { readonly kind: "not-found" | "not-assigned-to-you" };

/** Says whether somebody is a member of a queue. */
export const isMember = async (
  { agents }: Pick<Ports, "agents">,
  { agentId }: Pick<Actor, "agentId">,
  queueId: string,
): Promise<boolean> => (await agents.find(agentId))?.queueIds.includes(queueId) ?? false;

/**
 * Finds a conversation for somebody who may see it: a supervisor, whoever has it or had it last, and the members of its
 * queue.
 * @throws TransientError when a store is unavailable.
 */
export const findVisible = async (
  ports: VisibilityPorts,
  actor: Actor,
  id: ConversationId,
): Promise<VisibleConversation> => {
  const stored = await ports.conversations.find(id);
  if (!stored) return { kind: "not-found" };
  const { value: conversation } = stored;
  const { agentId, supervisor } = actor;
  if (supervisor || ownerOf(conversation) === agentId || conversation.lastAgentId === agentId) {
    return { kind: "found", stored };
  }
  const { queueId } = conversation;
  return (await isMember(ports, actor, queueId))
    ? { kind: "found", stored, memberOf: queueId }
    : { kind: "not-assigned-to-you" };
};
