import type { ConversationId } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Stored } from "../kernel/stored.ts";
import type { Actor } from "./actor.ts";
import { type Conversation, ownerOf } from "./conversation.ts";

type AccessPorts = Pick<Ports, "conversations" | "agents">;

/** The outcome of looking for a conversation on behalf of an actor. */
type ConversationAccess =
  | {
      readonly kind: "granted";
      /** The conversation as it was just read. */
      readonly read: Stored<Conversation>;
      /** The conversation's queue, when access depends on the actor's membership of it. */
      readonly memberOf?: string;
    }
  | { readonly kind: "not-found" | "not-assigned-to-you" | "not-a-queue-member" };

/** Finds a conversation for an actor. Every function of this type throws TransientError when a store is unavailable. */
export type FindConversation = (ports: AccessPorts, actor: Actor, id: ConversationId) => Promise<ConversationAccess>;

/**
 * Grants access to those who may see a conversation: supervisors, the agent who owns it or last worked on it, and the
 * members of its queue.
 */
export const findVisible: FindConversation = async (ports, actor, id) => {
  const read = await ports.conversations.find(id);
  return read ? visibility(ports, actor, read) : { kind: "not-found" };
};

/** Grants access to the agent who owns a conversation and, while no agent owns it, to those who may see it. */
export const findOwn: FindConversation = async (ports, actor, id) => {
  const read = await ports.conversations.find(id);
  if (!read) return { kind: "not-found" };
  const owner = ownerOf(read.value);
  const isOthers = owner !== undefined && owner !== actor.agentId;
  return isOthers ? { kind: "not-assigned-to-you" } : visibility(ports, actor, read);
};

/** Grants access to supervisors, and otherwise as `findOwn` does. */
export const findOwnOrSupervised: FindConversation = (ports, actor, id) =>
  actor.supervisor ? findVisible(ports, actor, id) : findOwn(ports, actor, id);

/** Grants access to the members of the conversation's queue; other supervisors are refused. */
export const findInOwnQueue: FindConversation = async (ports, actor, id) => {
  const read = await ports.conversations.find(id);
  if (!read) return { kind: "not-found" };
  const { queueId } = read.value;
  return (await isMember(ports, actor, queueId))
    ? { kind: "granted", read, memberOf: queueId }
    : { kind: "not-a-queue-member" };
};

/**
 * Decides whether an actor may see what waits in a queue: supervisors and the members of the queue may.
 * @throws TransientError when the store is unavailable.
 */
export const canSeeQueue = async (ports: Pick<Ports, "agents">, actor: Actor, queueId: string): Promise<boolean> =>
  actor.supervisor || isMember(ports, actor, queueId);

const visibility = async (
  ports: AccessPorts,
  actor: Actor,
  read: Stored<Conversation>,
): Promise<ConversationAccess> => {
  const { queueId, lastAgentId } = read.value;
  const { agentId, supervisor } = actor;
  // A retired agent owns none, so that its owner need not be read.
  if (supervisor || ownerOf(read.value) === agentId) return { kind: "granted", read };
  const agent = await ports.agents.find(agentId);
  if (agent && lastAgentId === agentId) return { kind: "granted", read };
  return agent?.queueIds.includes(queueId)
    ? { kind: "granted", read, memberOf: queueId }
    : { kind: "not-assigned-to-you" };
};

const isMember = async ({ agents }: Pick<Ports, "agents">, { agentId }: Actor, queueId: string): Promise<boolean> =>
  (await agents.find(agentId))?.queueIds.includes(queueId) ?? false;
