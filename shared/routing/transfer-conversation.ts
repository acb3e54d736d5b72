import type { Actor } from "../conversation/actor.ts";
import type { Conversation } from "../conversation/conversation.ts";
import type { ConversationEvent } from "../conversation/transition/transition.ts";
import type { AgentId } from "../kernel/ids.ts";
import { addSeconds } from "../kernel/instant.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Stored } from "../kernel/stored.ts";
import { queueOf } from "../settings/settings.ts";
import { type Move, moveConversation } from "./move-conversation.ts";

type TransferPorts = Pick<
  Ports,
  "conversations" | "agents" | "jobs" | "routingWorkflow" | "now" | "newId" | "settings"
>;

type TransferEvent = Extract<ConversationEvent, { kind: "transfer-to-queue" | "transfer-to-agent" }>;

/** Where a conversation is to go. */
export type Destination = { readonly queueId: string } | { readonly agentId: AgentId };

export interface TransferRequest {
  readonly read: Stored<Conversation>;
  /** The conversation's queue, when the actor is a member of it. */
  readonly memberOf?: string | undefined;
  readonly actor: Actor;
  readonly to: Destination;
}

/**
 * Moves a conversation to another queue, or offers it to a chosen agent for as long as its queue offers.
 * @returns `unknown-destination` when there is no such queue or agent, else the outcome of the move.
 * @throws TransientError when a store or the broker is unavailable.
 */
export const transferConversation = async (
  ports: TransferPorts,
  { read, memberOf, actor, to }: TransferRequest,
): Promise<Move | { readonly kind: "unknown-destination" }> => {
  const event =
    "queueId" in to
      ? await toQueue(ports, actor, to.queueId)
      : await toAgent(ports, { actor, agentId: to.agentId, queueId: read.value.queueId });
  // A concurrent change may put the conversation where the actor has no access, so the move checks it again.
  return event ? moveConversation(ports, read, { ...event, memberOf }) : { kind: "unknown-destination" };
};

const toQueue = async (
  { settings }: TransferPorts,
  actor: Actor,
  queueId: string,
): Promise<TransferEvent | undefined> => {
  const queue = (await settings.snapshot()).queues.find(({ id }) => id === queueId);
  return queue && { kind: "transfer-to-queue", actor, queueId, declineLimit: queue.declineLimit };
};

const toAgent = async (
  { agents, settings, now }: TransferPorts,
  { actor, agentId, queueId }: { readonly actor: Actor; readonly agentId: AgentId; readonly queueId: string },
): Promise<TransferEvent | undefined> => {
  const [agent, snapshot] = await Promise.all([agents.find(agentId), settings.snapshot()]);
  const expiresAt = addSeconds(now(), queueOf(snapshot, queueId).offerSeconds);
  return agent && { kind: "transfer-to-agent", actor, agentId, expiresAt };
};
