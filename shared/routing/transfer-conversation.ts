import type { Actor } from "../conversation/actor.ts";
import type { ConversationEvent } from "../conversation/transition/transition.ts";
import { findVisible } from "../conversation/visibility.ts";
import type { AgentId, ConversationId } from "../kernel/ids.ts";
import { addSeconds } from "../kernel/instant.ts";
import type { Ports } from "../kernel/ports.ts";
import { queueOf } from "../settings/settings.ts";
import { type Move, moveConversation } from "./move-conversation.ts";

type TransferPorts = Pick<
  Ports,
  "conversations" | "agents" | "jobs" | "routingWorkflow" | "now" | "newId" | "settings"
>;

type TransferEvent = Extract<ConversationEvent, { kind: "transfer-to-queue" | "transfer-to-agent" }>;

/** Where a conversation is to go. */
export type Destination = { readonly queueId: string } | { readonly agentId: AgentId };

/**
 * Moves a conversation to another queue, or offers it to a chosen agent for as long as its queue offers.
 * @returns `unknown-destination` when there is no such queue or agent, else what became of the conversation.
 * @throws TransientError when a store or the broker is unavailable.
 */
export const transferConversation = async (
  ports: TransferPorts,
  id: ConversationId,
  actor: Actor,
  to: Destination,
): Promise<Move | { readonly kind: "unknown-destination" }> => {
  const visible = await findVisible(ports, actor, id);
  if (visible.kind !== "found") return visible;
  const { stored: read } = visible;
  const event =
    "queueId" in to
      ? await toQueue(ports, actor, to.queueId)
      : await toAgent(ports, actor, to.agentId, read.value.queueId);
  // Others may move it meanwhile, to where the actor could not see it.
  const { memberOf } = visible;
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
  actor: Actor,
  agentId: AgentId,
  queueId: string,
): Promise<TransferEvent | undefined> => {
  const [agent, snapshot] = await Promise.all([agents.find(agentId), settings.snapshot()]);
  const expiresAt = addSeconds(now(), queueOf(snapshot, queueId).offerSeconds);
  return agent && { kind: "transfer-to-agent", actor, agentId, expiresAt };
};
