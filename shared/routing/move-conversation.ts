import { dispatchesFor } from "../agent/agent.ts";
import { type Conversation, type ConversationState, holderOf, isInRouting } from "../conversation/conversation.ts";
import { type ConversationEvent, transition } from "../conversation/transition/transition.ts";
import { TransientError } from "../kernel/errors.ts";
import { type AgentId, type ConversationId, workItemIdOf } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Stored } from "../kernel/stored.ts";
import type { Presence } from "../settings/presence.ts";
import { adoptClaim } from "./adopt-claim.ts";

type MovePorts = Pick<Ports, "conversations" | "agents" | "jobs" | "routingWorkflow" | "now" | "newId">;

/** What became of a move. `no-room`: the agent who would have held it has too little free capacity. */
export type Move =
  | { readonly kind: "moved"; readonly conversation: Conversation }
  | { readonly kind: "conflict"; readonly state: ConversationState }
  | { readonly kind: "not-assigned-to-you" }
  | { readonly kind: "not-found" }
  | { readonly kind: "insufficient-capacity"; readonly agentId: AgentId };

/**
 * A conversation was moved, but a store or the broker was unavailable for what follows: capacity to give back, somebody
 * to wake. The sweep makes up for it.
 */
export class UnsettledError extends TransientError {
  readonly conversation: Conversation;

  constructor(conversation: Conversation, options: ErrorOptions) {
    super(`conversation ${conversation.id} was moved, and what follows was not all done`, options);
    this.conversation = conversation;
  }
}

/** Takes a move that was made for made: for somebody who waits for the answer, and would try it a second time. */
export const asMade = <M>(move: Promise<M>): Promise<M | Extract<Move, { kind: "moved" }>> =>
  move.catch((error: unknown) => {
    if (error instanceof UnsettledError) return { kind: "moved", conversation: error.conversation };
    throw error;
  });

/** How often a move is tried again when others change the conversation at the same time. */
const ATTEMPTS = 20;

/**
 * Carries out an event: decides it, takes capacity where somebody gains the conversation, writes it under its etag,
 * gives capacity back where somebody lost it, and wakes whoever has to look again.
 *
 * Capacity is claimed before the conversation is written and released after, so a crash in between leaves a claim too
 * many, which the sweep returns, and never an agent over the limit.
 * @param read - the conversation as it was just read, to spare a read; read again when others were quicker.
 * @param presences - the gaining agent must have one of these presences, when given.
 * @throws UnsettledError when the move is made, and what follows from it is not.
 * @throws TransientError when a store is unavailable; the same move may be tried again.
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
    if (after === before) return { kind: "moved", conversation: before };

    const claim = await claimFor(ports, before, after, presences);
    if (claim.kind === "refused") return { kind: "insufficient-capacity", agentId: claim.agentId };
    const next = { ...after, claimToken: claim.token };
    if ((await ports.conversations.replace(stored, next)) !== "stale") {
      await settle(ports, before, next).catch((cause: unknown) => {
        throw new UnsettledError(next, { cause });
      });
      return { kind: "moved", conversation: next };
    }
    // Another move may count on a claim that was there before this one: the sweep returns it if none does.
    if (claim.kind === "shared") await adoptClaim(ports, claim.agentId, id, claim.token);
    if (claim.kind === "claimed") await giveBack(ports, claim.agentId, id, claim.token);
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

/** What has to follow when a conversation was written. Each part may be done twice without harm. */
const settle = async (ports: MovePorts, before: Conversation, after: Conversation): Promise<void> => {
  const holder = holderOf(before);
  const work: Promise<unknown>[] = [];
  if (holder !== undefined && before.claimToken !== undefined && before.claimToken !== after.claimToken) {
    work.push(giveBack(ports, holder, before.id, before.claimToken));
  }
  if (after.epoch > before.epoch) work.push(enterRouting(ports, after));
  if (isInRouting(before) && (after.epoch > before.epoch || after.state !== before.state)) {
    const settled = after.epoch > before.epoch || !isInRouting(after);
    const lookAt = !settled && after.state === "offered" ? { lookAt: after.offer.expiresAt } : {};
    work.push(ports.routingWorkflow.notify(workItemIdOf(before.id, before.epoch), { settled, ...lookAt }));
  }
  await Promise.all(work);
};

/** Starts what watches over a conversation that nobody has. */
export const enterRouting = ({ jobs }: Pick<Ports, "jobs">, conversation: Conversation): Promise<void> =>
  jobs.enqueueWorkItem({
    conversationId: conversation.id,
    threadId: conversation.threadId,
    epoch: conversation.epoch,
  });

/** Frees an agent's capacity and has all of its queues looked at again. */
const giveBack = async (
  { agents, jobs }: MovePorts,
  agentId: AgentId,
  id: ConversationId,
  token: string,
): Promise<void> => {
  const agent = await agents.release(agentId, id, token);
  if (agent) await jobs.enqueueDispatch(dispatchesFor(agent, "capacity-free"));
};
