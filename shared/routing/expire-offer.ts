import type { OfferedConversation } from "../conversation/conversation.ts";
import type { Ports } from "../kernel/ports.ts";
import { queueOf } from "../settings/settings.ts";
import { type Move, moveConversation } from "./move-conversation.ts";

type ExpirePorts = Pick<Ports, "conversations" | "agents" | "jobs" | "routingWorkflow" | "now" | "newId" | "settings">;

/**
 * Ends an offer whose time is over. The agent becomes inactive where the queue says so.
 * @returns the outcome of the move; a `conflict` when the agent has answered meanwhile.
 * @throws TransientError when a store is unavailable.
 */
export const expireOffer = async (
  ports: ExpirePorts,
  { id, epoch, offer, queueId }: OfferedConversation,
): Promise<Move> => {
  const move = await moveConversation(ports, id, { kind: "expire", epoch });
  // An incomplete follow-up does not stop this: only this call knows that the agent missed the offer.
  if (move.kind === "moved" && queueOf(await ports.settings.snapshot(), queueId).inactiveOnMissedOffer) {
    await ports.agents.setInactive(offer.agentId, offer.offeredAt);
  }
  return move;
};
