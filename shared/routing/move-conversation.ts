import type { Conversation, ConversationState } from "../conversation/conversation.ts";
import { type NotChanged, retryConversation } from "../conversation/retry-conversation.ts";
import { type MoveEvent, transition } from "../conversation/transition/transition.ts";
import type { AgentId, ConversationId } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import { RETRY } from "../kernel/retry-on-conflict.ts";
import type { Read, Stored } from "../kernel/stored.ts";
import { type FollowUp, followUp } from "./follow-up.ts";
import { claimForHolder, undoClaim } from "./holder-claim.ts";

type MovePorts = Pick<Ports, "conversations" | "agents" | "jobs" | "routingWorkflow" | "now" | "newId">;

/** The outcome of a move. `insufficient-capacity`: the agent who would hold the conversation has too little left. */
export type Move =
  | {
      readonly kind: "moved";
      readonly conversation: Conversation;
      /** Of the conversation as it is stored, also when nothing changed. */
      readonly etag: string;
      readonly followUp: FollowUp;
    }
  | { readonly kind: "conflict"; readonly state: ConversationState }
  | { readonly kind: "not-assigned-to-you" }
  | NotChanged
  | { readonly kind: "insufficient-capacity"; readonly agentId: AgentId };

/**
 * Moves a conversation: decides how the event changes it, claims capacity for an agent who gains it, writes it under
 * its etag, and does the follow-up.
 *
 * @remarks Capacity is claimed before the write and released after it. A crash in between leaves a claim too many,
 * which the sweep releases, and never an agent above its capacity.
 * @param target - the conversation, by id or as it was just read, which saves a read.
 * @returns `moved` once the conversation is written, whether or not the follow-up is complete.
 * @throws TransientError when a store is unavailable before the write, or concurrent changes do not cease. The same
 * move may be retried.
 */
export const moveConversation = (
  ports: MovePorts,
  target: ConversationId | Read<Conversation>,
  event: MoveEvent,
): Promise<Move> => retryConversation(ports, target, (stored) => tryMove(ports, stored, event));

const tryMove = async (
  ports: MovePorts,
  stored: Stored<Conversation>,
  event: MoveEvent,
): Promise<Move | typeof RETRY> => {
  const { value: before, etag } = stored;
  const decision = transition(before, event, ports.now());
  if (decision.kind !== "moved") return decision;
  const after = decision.conversation;
  if (after === before) return { kind: "moved", conversation: before, etag, followUp: { kind: "done" } };

  const claim = await claimForHolder(ports, { event, before, after });
  if (claim.kind === "refused") return { kind: "insufficient-capacity", agentId: claim.agentId };
  const written = await ports.conversations.replace(stored, { ...after, claimToken: claim.token });
  if (written === "stale") {
    await undoClaim(ports, before.id, claim);
    return RETRY;
  }
  return {
    kind: "moved",
    conversation: written.value,
    etag: written.etag,
    followUp: await followUp(ports, before, written.value),
  };
};
