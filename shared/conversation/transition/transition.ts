import type { ContactId } from "../../contact/contact.ts";
import type { AgentId, MessageId } from "../../kernel/ids.ts";
import { addSeconds, type Instant } from "../../kernel/instant.ts";
import type { Presence } from "../../settings/presence.ts";
import { asksToStop } from "../../sms/keyword.ts";
import type { Actor } from "../actor.ts";
import {
  type CloseReason,
  type Conversation,
  type ConversationState,
  ownerOf,
  previewOf,
  type QueueAssignment,
  REMEMBERED_TEXTS,
  type RoutingDecision,
} from "../conversation.ts";

/**
 * Everything that can happen to a conversation. What routing does carries the epoch it was decided for: in another
 * epoch it is stale, and a conflict.
 */
export type ConversationEvent =
  | { readonly kind: "enter-queue"; readonly route: QueueAssignment }
  | {
      readonly kind: "offer";
      readonly epoch: number;
      readonly agentId: AgentId;
      /** The agent must have one of these when its capacity is claimed. */
      readonly presences: readonly Presence[];
      readonly expiresAt: Instant;
      readonly decision: RoutingDecision;
    }
  | {
      readonly kind: "assign";
      readonly epoch: number;
      readonly agentId: AgentId;
      /** As in `offer`. */
      readonly presences: readonly Presence[];
      readonly decision: RoutingDecision;
    }
  | { readonly kind: "accept"; readonly agentId: AgentId }
  | { readonly kind: "decline"; readonly agentId: AgentId }
  | { readonly kind: "expire"; readonly epoch: number }
  | {
      readonly kind: "pick";
      readonly agentId: AgentId;
      /** A queue that the agent is a member of: in another it is not the agent's to take. */
      readonly queueId: string;
    }
  | { readonly kind: "park"; readonly agentId: AgentId }
  | { readonly kind: "resume"; readonly agentId: AgentId }
  | {
      readonly kind: "customer-writes";
      readonly messageId: MessageId;
      readonly at: Instant;
      readonly text: string;
      /** How long the last agent is preferred when the conversation goes back to its queue. */
      readonly preferLastAgentSeconds: number;
    }
  | {
      /** The customer sent a keyword and nothing else: the conversation takes note, and stays where it is. */
      readonly kind: "customer-sends-keyword";
      readonly messageId: MessageId;
      readonly at: Instant;
      readonly text: string;
      readonly optedOut: boolean;
    }
  | { readonly kind: "consent-known"; readonly optedOut: boolean }
  | { readonly kind: "link-contact"; readonly actor: Actor; readonly contactId: ContactId }
  | {
      readonly kind: "transfer-to-queue";
      readonly actor: Actor;
      readonly memberOf?: string | undefined;
      readonly queueId: string;
      readonly declineLimit: number;
    }
  | {
      readonly kind: "transfer-to-agent";
      readonly actor: Actor;
      /** A queue that the actor is a member of: what waits in it is the actor's to move. */
      readonly memberOf?: string | undefined;
      readonly agentId: AgentId;
      readonly expiresAt: Instant;
    }
  | { readonly kind: "release"; readonly agentId: AgentId; readonly declineLimit: number }
  | { readonly kind: "end"; readonly agentId: AgentId; readonly wrapUpSeconds: number }
  | { readonly kind: "finish"; readonly agentId: AgentId }
  | { readonly kind: "overflow"; readonly epoch: number; readonly queueId: string | undefined }
  | { readonly kind: "wrap-up-over" }
  | {
      readonly kind: "go-inactive";
      /** Whatever happened to the conversation after this moment keeps it open. */
      readonly quietSince: Instant;
    }
  /** A supervisor closes it, whoever has it. */
  | { readonly kind: "close" };

/**
 * What an event makes of a conversation. `moved` with the very object that came in: nothing changes. `conflict`: not
 * in this state. `not-yours`: it is another agent's.
 */
export type Transition =
  | { readonly kind: "moved"; readonly conversation: Conversation }
  | { readonly kind: "conflict"; readonly state: ConversationState }
  | { readonly kind: "not-assigned-to-you" };

/** The members that every state has. */
type Common = Omit<Extract<Conversation, { state: "new" }>, "state">;

const commonOf = (conversation: Conversation): Common => {
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

const moved = (conversation: Conversation): Transition => ({ kind: "moved", conversation });
const conflict = (conversation: Conversation): Transition => ({ kind: "conflict", state: conversation.state });
const NOT_ASSIGNED: Transition = { kind: "not-assigned-to-you" };

/**
 * Decides what `event` makes of `conversation`.
 * @param now - the moment of the decision.
 * @returns a conflict when the state does not allow it. Never throws, never changes what it is given.
 */
export const transition = (conversation: Conversation, event: ConversationEvent, now: Instant): Transition => {
  switch (event.kind) {
    case "enter-queue":
      return conversation.state === "new" ? moved(queued(conversation, now, event.route)) : conflict(conversation);
    case "offer":
      return conversation.state === "queued" && conversation.epoch === event.epoch
        ? moved({
            ...conversation,
            state: "offered",
            offer: { agentId: event.agentId, offeredAt: now, expiresAt: event.expiresAt },
            routingDecision: event.decision,
            stateChangedAt: now,
          })
        : conflict(conversation);
    case "assign":
      return conversation.state === "queued" && conversation.epoch === event.epoch
        ? moved(active({ ...conversation, routingDecision: event.decision }, event.agentId, now))
        : conflict(conversation);
    case "pick":
      return conversation.state === "queued" && conversation.queueId === event.queueId
        ? moved(active({ ...conversation, routingDecision: picked(event.agentId, now) }, event.agentId, now))
        : conflict(conversation);
    case "accept":
      return accept(conversation, event.agentId, now);
    case "decline":
      return conversation.state === "offered" && conversation.offer.agentId === event.agentId
        ? moved(declined(conversation, now))
        : conflict(conversation);
    case "expire":
      return conversation.state === "offered" &&
        conversation.epoch === event.epoch &&
        conversation.offer.expiresAt <= now
        ? moved(declined(conversation, now))
        : conflict(conversation);
    case "park":
      return ownedIn(conversation, ["active"], event.agentId, () => ({
        ...commonOf(conversation),
        state: "waiting",
        agentId: event.agentId,
        stateChangedAt: now,
      }));
    case "resume":
      return ownedIn(conversation, ["waiting"], event.agentId, () => active(conversation, event.agentId, now));
    case "release":
      return ownedIn(conversation, ["active", "waiting"], event.agentId, () =>
        givenBack(conversation, conversation.queueId, event.agentId, event.declineLimit, now),
      );
    case "end":
      return ownedIn(conversation, ["active", "waiting"], event.agentId, () => ended(conversation, event, now));
    case "finish":
      return ownedIn(conversation, ["wrap-up"], event.agentId, () => closed(conversation, "ended", now));
    case "customer-writes":
      return customerWrites(conversation, event, now);
    case "customer-sends-keyword":
      return conversation.state === "closed"
        ? conflict(conversation)
        : moved(withText({ ...conversation, optedOut: event.optedOut }, event));
    case "consent-known": {
      if (conversation.state === "closed") return conflict(conversation);
      const { optedOut } = event;
      return moved(conversation.optedOut === optedOut ? conversation : { ...conversation, optedOut });
    }
    case "link-contact":
      if (conversation.state === "closed") return conflict(conversation);
      return event.actor.supervisor || ownerOf(conversation) === event.actor.agentId
        ? moved({ ...conversation, contact: { kind: "linked", contactId: event.contactId } })
        : NOT_ASSIGNED;
    case "transfer-to-queue":
      return transferable(conversation, event, () =>
        givenBack(conversation, event.queueId, ownerOf(conversation), event.declineLimit, now),
      );
    case "transfer-to-agent":
      return transferable(conversation, event, () => handedOver(conversation, event, now));
    case "overflow":
      if (conversation.state !== "queued" || conversation.epoch !== event.epoch) return conflict(conversation);
      return moved(
        event.queueId === undefined
          ? closed(conversation, "overflow", now)
          : queued(conversation, now, { ...conversation, queueId: event.queueId, routedBy: "overflow" }),
      );
    case "wrap-up-over":
      return conversation.state === "wrap-up" && conversation.endsAt <= now
        ? moved(closed(conversation, "wrap-up-over", now))
        : conflict(conversation);
    case "go-inactive":
      return conversation.state !== "closed" && isQuietSince(conversation, event.quietSince)
        ? moved(closed(conversation, "inactive", now))
        : conflict(conversation);
    case "close":
      return conversation.state === "closed" ? conflict(conversation) : moved(closed(conversation, "supervisor", now));
    default:
      return event satisfies never;
  }
};

/** Says whether the customer wrote nothing and the state did not change since a moment. Replies are not in it. */
export const isQuietSince = ({ lastTextAt, stateChangedAt: stateAt }: Conversation, moment: Instant): boolean =>
  lastTextAt <= moment && stateAt <= moment;

/** Enters routing anew: the next epoch, at the end of the queue, nobody's declines counted. */
const queued = (
  conversation: Conversation,
  now: Instant,
  route: QueueAssignment,
): Extract<Conversation, { state: "queued" }> => ({
  ...commonOf(conversation),
  ...{ queueId: route.queueId, priority: route.priority, skills: [...route.skills], routedBy: route.routedBy },
  state: "queued",
  epoch: conversation.epoch + 1,
  queuedAt: now,
  declines: {},
  stateChangedAt: now,
});

const active = (conversation: Conversation, agentId: AgentId, now: Instant): Conversation => ({
  ...commonOf(conversation),
  state: "active",
  agentId,
  lastAgentId: agentId,
  stateChangedAt: now,
});

const closed = (conversation: Conversation, because: CloseReason, now: Instant): Conversation => ({
  ...commonOf(conversation),
  state: "closed",
  closeReason: because,
  stateChangedAt: now,
});

const picked = (agentId: AgentId, at: Instant): RoutingDecision => ({
  decidedAt: at,
  agentId,
  by: "picked",
  eligible: [agentId],
  excluded: [],
});

const accept = (conversation: Conversation, agentId: AgentId, now: Instant): Transition => {
  if (conversation.state !== "offered" || conversation.offer.agentId !== agentId) return conflict(conversation);
  return conversation.offer.expiresAt > now ? moved(active(conversation, agentId, now)) : conflict(conversation);
};

/** Back to its place in the queue, in the same epoch. */
const declined = (conversation: Extract<Conversation, { state: "offered" }>, now: Instant): Conversation => {
  const { agentId } = conversation.offer;
  return {
    ...commonOf(conversation),
    state: "queued",
    queuedAt: conversation.queuedAt,
    declines: { ...conversation.declines, [agentId]: (conversation.declines[agentId] ?? 0) + 1 },
    stateChangedAt: now,
  };
};

/** To a queue; whoever gave it away is not offered it again by the dispatcher. */
const givenBack = (
  conversation: Conversation,
  queueId: string,
  by: AgentId | undefined,
  declineLimit: number,
  now: Instant,
): Conversation => ({
  ...queued(conversation, now, { ...conversation, queueId }),
  preferred: { agentIds: [] },
  declines: by === undefined ? {} : { [by]: declineLimit },
});

/** Shown to the agent that somebody chose; after a decline it waits in its queue. */
const handedOver = (
  conversation: Conversation,
  event: Extract<ConversationEvent, { kind: "transfer-to-agent" }>,
  now: Instant,
): Conversation => ({
  ...queued(conversation, now, conversation),
  state: "offered",
  offer: { agentId: event.agentId, offeredAt: now, expiresAt: event.expiresAt },
  routingDecision: { decidedAt: now, agentId: event.agentId, by: "transfer", eligible: [event.agentId], excluded: [] },
});

const ended = (
  conversation: Conversation,
  event: Extract<ConversationEvent, { kind: "end" }>,
  now: Instant,
): Conversation =>
  event.wrapUpSeconds === 0
    ? closed(conversation, "ended", now)
    : {
        ...commonOf(conversation),
        state: "wrap-up",
        agentId: event.agentId,
        endsAt: addSeconds(now, event.wrapUpSeconds),
        stateChangedAt: now,
      };

const customerWrites = (
  before: Conversation,
  event: Extract<ConversationEvent, { kind: "customer-writes" }>,
  now: Instant,
): Transition => {
  if (before.textIds.includes(event.messageId)) return moved(before);
  const conversation = withText(before, event);
  switch (conversation.state) {
    case "new":
    case "queued":
    case "offered":
    case "active":
      return moved(conversation);
    case "wrap-up":
      return moved(active(conversation, conversation.agentId, now));
    case "waiting": {
      const until = addSeconds(now, event.preferLastAgentSeconds);
      return moved({
        ...queued(conversation, now, conversation),
        preferred: { agentIds: [conversation.agentId], until },
      });
    }
    case "closed":
      return conflict(conversation);
    default:
      return conversation satisfies never;
  }
};

/** Takes note of a text; of two that arrive in disorder, the later one is shown. */
const withText = <C extends Conversation>(
  conversation: C,
  { messageId, at, text }: { messageId: MessageId; at: Instant; text: string },
): C => ({
  ...conversation,
  textIds: [...conversation.textIds.filter((id) => id !== messageId), messageId].slice(-REMEMBERED_TEXTS),
  asksToStop: conversation.asksToStop || asksToStop(text),
  ...(at >= conversation.lastTextAt && { lastTextAt: at, preview: previewOf(text) }),
});

const ownedIn = (
  conversation: Conversation,
  states: readonly ConversationState[],
  agentId: AgentId,
  next: () => Conversation,
): Transition => {
  if (!states.includes(conversation.state)) return conflict(conversation);
  return ownerOf(conversation) === agentId ? moved(next()) : NOT_ASSIGNED;
};

/** A supervisor may move any; an agent what is its own, what it had last, and what waits in a queue of its own. */
const transferable = (
  conversation: Conversation,
  { actor, memberOf }: { readonly actor: Actor; readonly memberOf?: string | undefined },
  next: () => Conversation,
): Transition => {
  switch (conversation.state) {
    case "active":
    case "waiting":
    case "offered":
      return actor.supervisor || ownerOf(conversation) === actor.agentId ? moved(next()) : NOT_ASSIGNED;
    case "queued":
      return actor.supervisor || conversation.lastAgentId === actor.agentId || conversation.queueId === memberOf
        ? moved(next())
        : NOT_ASSIGNED;
    case "new":
    case "wrap-up":
    case "closed":
      return conflict(conversation);
    default:
      return conversation satisfies never;
  }
};
