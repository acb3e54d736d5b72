import type { AgentId } from "../../kernel/ids.ts";
import type { Instant } from "../../kernel/instant.ts";
import type { Presence } from "../../settings/presence.ts";
import { isQuietSince, type QueueAssignment, type RoutingDecision } from "../conversation.ts";
import { conflict, type EventHandlers, moved } from "./outcome.ts";
import { assignTo, close, enqueue, requeue, withdrawOffer } from "./states.ts";

/** Why an agent loses a conversation whose customer waits: the agent is offline, or has not answered. */
export type Absence = "agent-offline" | "agent-silent";

/** A choice of the dispatcher, for the epoch in which it was made. */
interface DispatcherChoice {
  readonly epoch: number;
  readonly agentId: AgentId;
  /** The agent must have one of these when its capacity is claimed. */
  readonly presences: readonly Presence[];
  readonly decision: RoutingDecision;
}

/** Everything that routing and the passage of time do to a conversation. In another epoch than theirs it is a conflict. */
export type RoutingEvent =
  | { readonly kind: "enter-queue"; readonly assignment: QueueAssignment }
  | (DispatcherChoice & {
      readonly kind: "offer";
      /** When the offer ends. */
      readonly expiresAt: Instant;
    })
  | (DispatcherChoice & { readonly kind: "assign" })
  | { readonly kind: "expire"; readonly epoch: number }
  | {
      readonly kind: "overflow";
      readonly epoch: number;
      /** Where the conversation goes; `undefined` closes it. */
      readonly queueId: string | undefined;
    }
  | {
      /** Takes a conversation from an agent who is absent while the customer waits. */
      readonly kind: "reclaim";
      readonly agentId: AgentId;
      /** The wait that the absence was found for. */
      readonly waitingSince: Instant;
      readonly reason: Absence;
    }
  | { readonly kind: "wrap-up-over" }
  | {
      readonly kind: "go-inactive";
      /** A text or a change of state after this moment keeps the conversation open. */
      readonly quietSince: Instant;
    };

export const routingHandlers: EventHandlers<RoutingEvent> = {
  "enter-queue": (conversation, { assignment }, now) =>
    conversation.state === "new" ? moved(enqueue(conversation, assignment, now)) : conflict(conversation),

  offer: (conversation, { epoch, agentId, expiresAt, decision }, now) => {
    if (conversation.state !== "queued" || conversation.epoch !== epoch) return conflict(conversation);
    const offer = { agentId, offeredAt: now, expiresAt };
    return moved({ ...conversation, state: "offered", offer, routingDecision: decision, stateChangedAt: now });
  },

  assign: (conversation, { epoch, agentId, decision }, now) =>
    conversation.state === "queued" && conversation.epoch === epoch
      ? moved({ ...assignTo(conversation, agentId, now), routingDecision: decision })
      : conflict(conversation),

  expire: (conversation, { epoch }, now) =>
    conversation.state === "offered" && conversation.epoch === epoch && conversation.offer.expiresAt <= now
      ? moved(withdrawOffer(conversation, "missed", now))
      : conflict(conversation),

  overflow: (conversation, { epoch, queueId }, now) => {
    if (conversation.state !== "queued" || conversation.epoch !== epoch) return conflict(conversation);
    return moved(
      queueId === undefined
        ? close(conversation, "overflow", now)
        : enqueue(conversation, { ...conversation, queueId, routedBy: "overflow" }, now),
    );
  },

  reclaim: (conversation, { agentId, waitingSince, reason }, now) => {
    if (conversation.state !== "active" && conversation.state !== "waiting") return conflict(conversation);
    if (conversation.agentId !== agentId || conversation.waitingSince !== waitingSince) return conflict(conversation);
    // An agent who is there and does not answer would get it again.
    const releasedBy = reason === "agent-silent" ? agentId : undefined;
    return moved(requeue(conversation, { queueId: conversation.queueId, releasedBy }, now));
  },

  "wrap-up-over": (conversation, _, now) =>
    conversation.state === "wrap-up" && conversation.endsAt <= now
      ? moved(close(conversation, "wrap-up-over", now))
      : conflict(conversation),

  "go-inactive": (conversation, { quietSince }, now) =>
    conversation.state !== "closed" && isQuietSince(conversation, quietSince)
      ? moved(close(conversation, "inactive", now))
      : conflict(conversation),
};
