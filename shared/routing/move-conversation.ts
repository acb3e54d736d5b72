import { type Conversation, type ConversationState, holderOf } from "../conversation/conversation.ts";
import { type ConversationEvent, transition } from "../conversation/transition/transition.ts";
import type { AgentId, ConversationId } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import { RETRY, retryOnConflict } from "../kernel/retry-on-conflict.ts";
import type { Stored } from "../kernel/stored.ts";
import type { Presence } from "../settings/presence.ts";
import { adoptClaim } from "./adopt-claim.ts";
import { type FollowUp, followUp } from "./follow-up.ts";
import { releaseCapacity } from "./release-capacity.ts";

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
  | { readonly kind: "not-found" }
  | { readonly kind: "insufficient-capacity"; readonly agentId: AgentId };

/**
 * Moves a conversation: decides what the event makes of it, claims capacity for an agent who gains it, writes it under
 * its etag, and does the follow-up.
 *
 * @remarks Capacity is claimed before the write and released after it. A crash in between leaves a claim too many,
 * which the sweep releases, and never an agent above its capacity.
 * @param target - the conversation, by id or as it was just read, which saves a read.
 * @returns `moved` once the conversation is written, whether or not the follow-up is complete.
 * @throws TransientError when a store is unavailable before the write, or concurrent changes do not cease. The same
 * move may be tried again.
 */
export const moveConversation = (
  ports: MovePorts,
  target: ConversationId | Stored<Conversation>,
  event: ConversationEvent,
): Promise<Move> => {
  const id = typeof target === "string" ? target : target.value.id;
  let read = typeof target === "string" ? undefined : target;
  return retryOnConflict({ what: `conversation ${id}` }, async () => {
    const stored = read ?? (await ports.conversations.find(id));
    read = undefined;
    return stored ? tryMove(ports, stored, event) : { kind: "not-found" };
  });
};

const tryMove = async (
  ports: MovePorts,
  stored: Stored<Conversation>,
  event: ConversationEvent,
): Promise<Move | typeof RETRY> => {
  const { value: before, etag } = stored;
  const decision = transition(before, event, ports.now());
  if (decision.kind !== "moved") return decision;
  const after = decision.conversation;
  if (after === before) return { kind: "moved", conversation: before, etag, followUp: { kind: "done" } };

  const claim = await claimFor(ports, before, after, presencesOf(event));
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

const undoClaim = async (ports: MovePorts, id: ConversationId, claim: HoldersClaim): Promise<void> => {
  // Another move may count on a claim that was there before this one: the sweep releases it if none does.
  if (claim.kind === "shared") await adoptClaim(ports, claim.agentId, id, claim.token);
  if (claim.kind === "claimed") {
    await releaseCapacity(ports, { agentId: claim.agentId, conversationId: id, token: claim.token });
  }
};

const presencesOf = (event: ConversationEvent): readonly Presence[] | undefined =>
  event.kind === "offer" || event.kind === "assign" ? event.presences : undefined;

/**
 * The claim of whoever holds the conversation afterwards: a new one; one that another move has made before, and may
 * count on; the one before; or none.
 */
type HoldersClaim =
  | { readonly kind: "claimed" | "shared"; readonly agentId: AgentId; readonly token: string }
  | { readonly kind: "kept"; readonly token: string | undefined }
  | { readonly kind: "refused"; readonly agentId: AgentId };

const claimFor = async (
  { agents, now, newId }: MovePorts,
  before: Conversation,
  after: Conversation,
  presences?: readonly Presence[],
): Promise<HoldersClaim> => {
  const agentId = holderOf(after);
  if (agentId === undefined) return { kind: "kept", token: undefined };
  if (agentId === holderOf(before)) return { kind: "kept", token: before.claimToken };
  const token = newId();
  const claim = { agentId, conversationId: after.id, units: after.capacityUnits, at: now(), token };
  const answer = await agents.claim({ ...claim, ...(presences && { presences }) });
  if (answer === "refused") return { kind: "refused", agentId };
  return { kind: answer === "held" ? "shared" : "claimed", agentId, token };
};
