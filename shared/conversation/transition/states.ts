import type { AgentId } from "../../kernel/ids.ts";
import type { Instant } from "../../kernel/instant.ts";
import {
  type CloseReason,
  type Conversation,
  type Decline,
  KEPT_DECLINES,
  type NewConversation,
  type QueueAssignment,
  type QueuedConversation,
} from "../conversation.ts";

/** The members that a conversation has in every state. */
type Common = Omit<NewConversation, "state">;

/** Drops the members that only the present state has. */
export const commonOf = (conversation: Conversation): Common => {
  const { state: _, ...rest } = conversation;
  const {
    queuedAt: _q,
    offer: _o,
    agentId: _a,
    endsAt: _e,
    closeReason: _c,
    ...common
  } = rest as Common & Partial<Record<"queuedAt" | "offer" | "agentId" | "endsAt" | "closeReason", unknown>>;
  return common;
};

/** Enters routing: the next epoch, at the end of the queue, with no declines. */
export const enqueue = (
  conversation: Conversation,
  { queueId, priority, skills, routedBy }: QueueAssignment,
  now: Instant,
): QueuedConversation => ({
  ...commonOf(conversation),
  queueId,
  priority,
  skills: [...skills],
  routedBy,
  state: "queued",
  epoch: conversation.epoch + 1,
  queuedAt: now,
  declines: [],
  stateChangedAt: now,
});

/** Gives the conversation to an agent, who works on it from now on. */
export const assignTo = (conversation: Conversation, agentId: AgentId, now: Instant): Conversation => ({
  ...commonOf(conversation),
  state: "active",
  agentId,
  lastAgentId: agentId,
  stateChangedAt: now,
});

/** Returns an offered conversation to its place in the queue, in the same epoch, and adds the decline. */
export const withdrawOffer = (
  conversation: Extract<Conversation, { state: "offered" }>,
  kind: Decline["kind"],
  now: Instant,
): QueuedConversation => ({
  ...commonOf(conversation),
  state: "queued",
  queuedAt: conversation.queuedAt,
  declines: [...conversation.declines, { agentId: conversation.offer.agentId, declinedAt: now, kind }].slice(
    -KEPT_DECLINES,
  ),
  stateChangedAt: now,
});

/** Returns a conversation to a queue. For a while, the dispatcher does not offer it to the agent who released it. */
export const requeue = (
  conversation: Conversation,
  { queueId, releasedBy }: { readonly queueId: string; readonly releasedBy: AgentId | undefined },
  now: Instant,
): QueuedConversation => ({
  ...enqueue(conversation, { ...conversation, queueId }, now),
  preferred: { agentIds: [] },
  declines: releasedBy === undefined ? [] : [{ agentId: releasedBy, declinedAt: now, kind: "released" }],
});

export const close = (conversation: Conversation, closeReason: CloseReason, now: Instant): Conversation => ({
  ...replied(commonOf(conversation)),
  state: "closed",
  closeReason,
  stateChangedAt: now,
});

/** Ends the customer's wait for a reply. */
export const replied = <C extends Common>({ waitingSince: _, ...conversation }: C): Omit<C, "waitingSince"> =>
  conversation;
