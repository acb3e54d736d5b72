import type { ContactId } from "../../contact/contact.ts";
import type { AgentId, MessageId } from "../../kernel/ids.ts";
import { addSeconds, type Instant } from "../../kernel/instant.ts";
import type { Presence } from "../../settings/presence.ts";
import type { Actor } from "../actor.ts";
import { type Conversation, type ConversationState, ownerOf } from "../conversation.ts";
import { conflict, type EventHandlers, moved, NOT_ASSIGNED_TO_YOU, type Transition } from "./outcome.ts";
import { assignTo, close, commonOf, enqueue, replied, requeue, withdrawOffer } from "./states.ts";

/** Who transfers a conversation. */
interface Transferring {
  readonly actor: Actor;
  /** A queue that the actor is a member of. Members may transfer the conversations that wait in their queue. */
  readonly memberOf?: string | undefined;
}

/** Everything that agents and supervisors do to a conversation. */
export type AgentEvent =
  | { readonly kind: "accept"; readonly agentId: AgentId }
  | { readonly kind: "decline"; readonly agentId: AgentId }
  | {
      readonly kind: "pick";
      readonly agentId: AgentId;
      /** A queue that the agent is a member of. The conversation must still wait there. */
      readonly queueId: string;
    }
  | { readonly kind: "park"; readonly agentId: AgentId }
  | { readonly kind: "resume"; readonly agentId: AgentId }
  | { readonly kind: "release"; readonly agentId: AgentId }
  | {
      readonly kind: "end";
      readonly agentId: AgentId;
      /** Time for notes; 0 closes the conversation at once. */
      readonly wrapUpSeconds: number;
    }
  | { readonly kind: "finish"; readonly agentId: AgentId }
  | (Transferring & { readonly kind: "transfer-to-queue"; readonly queueId: string })
  | (Transferring & {
      readonly kind: "transfer-to-agent";
      readonly agentId: AgentId;
      /** When the offer to the agent ends. */
      readonly expiresAt: Instant;
      /** The agent must have one of these when its capacity is claimed; any by default. */
      readonly presences?: readonly Presence[];
      /** A supervisor gives the agent the conversation whatever its capacity is. */
      readonly mayExceedCapacity?: boolean;
    })
  /** An agent replies. The reply is stored after the conversation is. */
  | {
      readonly kind: "agent-replies";
      readonly agentId: AgentId;
      readonly messageId: MessageId;
      /** The reply may still be withdrawn, so the customer's wait goes on. */
      readonly isHeld: boolean;
    }
  /** An agent adds a note. The note is stored after the conversation is. */
  | { readonly kind: "agent-adds-note"; readonly actor: Actor; readonly messageId: MessageId }
  /** A reply that was held is sent, or a reply is stored of which the conversation does not know. */
  | { readonly kind: "reply-found"; readonly at: Instant }
  | { readonly kind: "link-contact"; readonly actor: Actor; readonly contactId: ContactId }
  /** A supervisor closes the conversation of any owner. */
  | { readonly kind: "close" }
  /** The customer's number was blocked, which closes the conversation of any owner. */
  | { readonly kind: "block" };

export const agentHandlers: EventHandlers<AgentEvent> = {
  accept: (conversation, { agentId }, now) =>
    isOfferedTo(conversation, agentId) && now < conversation.offer.expiresAt
      ? moved(assignTo(conversation, agentId, now))
      : conflict(conversation),

  decline: (conversation, { agentId }, now) =>
    isOfferedTo(conversation, agentId) ? moved(withdrawOffer(conversation, "declined", now)) : conflict(conversation),

  pick: (conversation, { agentId, queueId }, now) => {
    if (conversation.state !== "queued" || conversation.queueId !== queueId) return conflict(conversation);
    const routingDecision = decidedByHand("picked", agentId, now);
    return moved({ ...assignTo(conversation, agentId, now), routingDecision });
  },

  park: (conversation, { agentId }, now) =>
    refuseUnlessOwner(conversation, agentId, ["active"]) ??
    moved({ ...commonOf(conversation), state: "waiting", agentId, stateChangedAt: now }),

  resume: (conversation, { agentId }, now) =>
    refuseUnlessOwner(conversation, agentId, ["waiting"]) ?? moved(assignTo(conversation, agentId, now)),

  release: (conversation, { agentId }, now) =>
    refuseUnlessOwner(conversation, agentId, ["active", "waiting"]) ??
    moved(requeue(conversation, { queueId: conversation.queueId, releasedBy: agentId }, now)),

  end: (conversation, { agentId, wrapUpSeconds }, now) => {
    const refusal = refuseUnlessOwner(conversation, agentId, ["active", "waiting"]);
    if (refusal) return refusal;
    if (wrapUpSeconds === 0) return moved(close(conversation, "ended", now));
    const endsAt = addSeconds(now, wrapUpSeconds);
    return moved({ ...commonOf(conversation), state: "wrap-up", agentId, endsAt, stateChangedAt: now });
  },

  finish: (conversation, { agentId }, now) =>
    refuseUnlessOwner(conversation, agentId, ["wrap-up"]) ?? moved(close(conversation, "ended", now)),

  "transfer-to-queue": (conversation, event, now) =>
    refuseTransfer(conversation, event) ??
    moved(requeue(conversation, { queueId: event.queueId, releasedBy: ownerOf(conversation) }, now)),

  "transfer-to-agent": (conversation, event, now) => {
    const { agentId, expiresAt } = event;
    return (
      refuseTransfer(conversation, event) ??
      moved({
        ...enqueue(conversation, conversation, now),
        state: "offered",
        offer: { agentId, offeredAt: now, expiresAt },
        routingDecision: decidedByHand("transfer", agentId, now),
      })
    );
  },

  "agent-replies": (conversation, { agentId, messageId, isHeld }, now) => {
    if (conversation.state === "closed") return conflict(conversation);
    const { lastReply } = conversation;
    // A repeated request, whose first attempt failed after this.
    if (lastReply?.id === messageId) return moved(conversation);
    const at = afterLastMessage(conversation, now);
    const next = {
      ...conversation,
      lastReply: { id: messageId, at, ...(lastReply && { after: lastReply.id }) },
      lastStaffMessage: { id: messageId, by: agentId, at },
    };
    return moved(isHeld ? next : repliedAt(next, at));
  },

  "agent-adds-note": (conversation, { actor: { agentId, supervisor }, messageId }, now) => {
    if (conversation.state === "closed") return conflict(conversation);
    if (conversation.lastStaffMessage?.id === messageId) return moved(conversation);
    if (!supervisor && isOfAnother(conversation, agentId)) return NOT_ASSIGNED_TO_YOU;
    const at = afterLastMessage(conversation, now);
    return moved({ ...conversation, lastStaffMessage: { id: messageId, by: agentId, at } });
  },

  "reply-found": (conversation, { at }) =>
    conversation.state === "closed" ? conflict(conversation) : moved(repliedAt(conversation, at)),

  "link-contact": (conversation, { actor, contactId }) => {
    if (conversation.state === "closed") return conflict(conversation);
    if (!actor.supervisor && isOfAnother(conversation, actor.agentId)) return NOT_ASSIGNED_TO_YOU;
    return moved({ ...conversation, contact: { kind: "linked", contactId } });
  },

  close: (conversation, _, now) =>
    conversation.state === "closed" ? conflict(conversation) : moved(close(conversation, "supervisor", now)),

  block: (conversation, _, now) =>
    moved(conversation.state === "closed" ? conversation : close(conversation, "blocked", now)),
};

/** The time of a reply or a note: later than the one before it, whatever the clocks of two processes say. */
const afterLastMessage = ({ lastReplyAt, lastStaffMessage }: Conversation, now: Instant): Instant => {
  const last = [lastReplyAt, lastStaffMessage?.at]
    .filter((at) => at !== undefined)
    .toSorted()
    .at(-1);
  return last !== undefined && last >= now ? addSeconds(last, 0.001) : now;
};

/** Notes the time of a reply, and ends the wait that it ends. */
const repliedAt = (conversation: Conversation, at: Instant): Conversation => {
  const { waitingSince, lastTextAt, lastReplyAt } = conversation;
  const next = lastReplyAt !== undefined && at <= lastReplyAt ? conversation : { ...conversation, lastReplyAt: at };
  if (waitingSince === undefined || waitingSince > at) return next;
  // A text that came while the reply was stored has no reply yet.
  return lastTextAt > at ? { ...next, waitingSince: lastTextAt } : (replied(next) as Conversation);
};

const isOfferedTo = (
  conversation: Conversation,
  agentId: AgentId,
): conversation is Extract<Conversation, { state: "offered" }> =>
  conversation.state === "offered" && conversation.offer.agentId === agentId;

const isOfAnother = (conversation: Conversation, agentId: AgentId): boolean => {
  const owner = ownerOf(conversation);
  return owner !== undefined && owner !== agentId;
};

/** @param states - in which the conversation has an owner. Other agents do not learn its state. */
const refuseUnlessOwner = (
  conversation: Conversation,
  agentId: AgentId,
  states: readonly ConversationState[],
): Transition | undefined => {
  if (isOfAnother(conversation, agentId)) return NOT_ASSIGNED_TO_YOU;
  return states.includes(conversation.state) ? undefined : conflict(conversation);
};

/**
 * Supervisors may transfer any conversation. Agents may transfer their own, the ones that they had last, and those that
 * wait in a queue of theirs.
 */
const refuseTransfer = (conversation: Conversation, { actor, memberOf }: Transferring): Transition | undefined => {
  if (!actor.supervisor && isOfAnother(conversation, actor.agentId)) return NOT_ASSIGNED_TO_YOU;
  switch (conversation.state) {
    case "active":
    case "waiting":
    case "offered":
      return undefined;
    case "queued":
      return actor.supervisor || conversation.lastAgentId === actor.agentId || conversation.queueId === memberOf
        ? undefined
        : NOT_ASSIGNED_TO_YOU;
    case "new":
    case "wrap-up":
    case "closed":
      return conflict(conversation);
    default:
      return conversation satisfies never;
  }
};

const decidedByHand = (chosenBy: "picked" | "transfer", agentId: AgentId, now: Instant) => ({
  decidedAt: now,
  agentId,
  chosenBy,
  eligible: [agentId],
  excluded: [],
});
