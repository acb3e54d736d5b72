import { type Conversation, type ConversationState, holderOf } from "../conversation/conversation.ts";
import { type ConversationEvent, transition } from "../conversation/transition/transition.ts";
import { TransientError } from "../kernel/errors.ts";
import type { AgentId, ConversationId } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
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

/** How often a move is tried again when others change the conversation at the same time. */
const ATTEMPTS = 20;

/**
 * Carries out an event: decides it, takes capacity where somebody gains the conversation, writes it under its etag,
 * and does the follow-up.
 *
 * Capacity is claimed before the conversation is written and released after, so a crash in between leaves a claim too
 * many, which the sweep returns, and never an agent over the limit.
 * @param read - the conversation as it was just read, to spare a read; read again when others were quicker.
 * @param presences - the gaining agent must have one of these presences, when given.
 * @returns `moved` once the conversation is written, whether or not the follow-up is complete.
 * @throws TransientError when a store is unavailable before the conversation is written, or others change it too often.
 * The same move may be tried again.
 */
export const moveConversation = async (
  ports: MovePorts,
  id: ConversationId,
  event: ConversationEvent,
  { read, presences }: { read?: Stored<Conversation>; presences?: readonly Presence[] } = {},
): Promise<Move> => {
  let stored = read;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    stored ??= await ports.conversations.find(id);
    if (!stored) return { kind: "not-found" };
    const before = stored.value;
    const decision = transition(before, event, ports.now());
    if (decision.kind !== "moved") return decision;
    const after = decision.conversation;
    if (after === before) return { kind: "moved", conversation: before, etag: stored.etag, followUp: { kind: "done" } };

    const claim = await claimFor(ports, before, after, presences);
    if (claim.kind === "refused") return { kind: "insufficient-capacity", agentId: claim.agentId };
    const next = { ...after, claimToken: claim.token };
    const written = await ports.conversations.replace(stored, next);
    if (written !== "stale") {
      const { value: conversation, etag } = written;
      return { kind: "moved", conversation, etag, followUp: await followUp(ports, before, conversation) };
    }
    // Another move may count on a claim that was there before this one: the sweep returns it if none does.
    if (claim.kind === "shared") await adoptClaim(ports, claim.agentId, id, claim.token);
    if (claim.kind === "claimed")
      await releaseCapacity(ports, { agentId: claim.agentId, conversationId: id, token: claim.token });
    stored = undefined;
  }
  throw new TransientError(`conversation ${id} changes too often to be moved`);
};

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
