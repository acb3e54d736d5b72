import { type Conversation, holderOf } from "../conversation/conversation.ts";
import type { MoveEvent } from "../conversation/transition/transition.ts";
import type { AgentId, ConversationId } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import { reconcileClaim } from "./reconcile-claim.ts";
import { releaseCapacity } from "./release-capacity.ts";

type ClaimPorts = Pick<Ports, "agents" | "conversations" | "jobs" | "now" | "newId">;

/** A move that is decided and not yet written. */
interface PlannedMove {
  readonly event: MoveEvent;
  readonly before: Conversation;
  readonly after: Conversation;
}

/**
 * The claim of the agent who holds a conversation after a move.
 *
 * - `claimed`: a new claim.
 * - `shared`: a claim of an earlier or concurrent move, which may still need it.
 * - `kept`: the claim that the holder had before; without a token when there is no holder.
 * - `refused`: the agent has too little free capacity, or none of the presences that the event asks for.
 */
export type HolderClaim =
  | { readonly kind: "claimed" | "shared"; readonly agentId: AgentId; readonly token: string }
  | { readonly kind: "kept"; readonly token: string | undefined }
  | { readonly kind: "refused"; readonly agentId: AgentId };

/**
 * Claims capacity for the agent who gains the conversation, if any does.
 * @throws TransientError when the store is unavailable.
 */
export const claimForHolder = async (
  { agents, now, newId }: ClaimPorts,
  { event, before, after }: PlannedMove,
): Promise<HolderClaim> => {
  const agentId = holderOf(after);
  if (agentId === undefined) return { kind: "kept", token: undefined };
  if (agentId === holderOf(before)) return { kind: "kept", token: before.claimToken };
  const token = newId();
  const claimed = await agents.claim({
    agentId,
    conversationId: after.id,
    units: after.capacityUnits,
    claimedAt: now(),
    token,
    ...("presences" in event && event.presences && { presences: event.presences }),
    ...("mayExceedCapacity" in event && event.mayExceedCapacity && { mayExceedCapacity: true }),
  });
  if (claimed === "refused") return { kind: "refused", agentId };
  return { kind: claimed === "held" ? "shared" : "claimed", agentId, token };
};

/**
 * Undoes a claim whose move could not be written. A shared claim stays, because another move may still need it; the
 * sweep releases it if none does.
 * @throws TransientError when a store or the broker is unavailable.
 */
export const undoClaim = async (
  ports: ClaimPorts,
  conversationId: ConversationId,
  claim: HolderClaim,
): Promise<void> => {
  if (claim.kind === "shared") await reconcileClaim(ports, { ...claim, conversationId });
  if (claim.kind === "claimed") await releaseCapacity(ports, { ...claim, conversationId });
};
