import type { Instant } from "../../kernel/instant.ts";
import type { Conversation, ConversationState } from "../conversation.ts";

/**
 * The outcome of an event.
 *
 * - `moved`: the conversation after the event; the same object when nothing changes.
 * - `conflict`: the event is not possible in this state or epoch.
 * - `not-assigned-to-you`: the conversation belongs to another agent.
 */
export type Transition =
  | { readonly kind: "moved"; readonly conversation: Conversation }
  | { readonly kind: "conflict"; readonly state: ConversationState }
  | { readonly kind: "not-assigned-to-you" };

/** Decides the outcome of one kind of event. Never throws, and changes neither argument. */
export type EventHandler<Event> = (conversation: Conversation, event: Event, now: Instant) => Transition;

/** One handler for each kind of event: the compiler reports a kind without one. */
export type EventHandlers<Event extends { readonly kind: string }> = {
  readonly [Kind in Event["kind"]]: EventHandler<Extract<Event, { readonly kind: Kind }>>;
};

export const moved = (conversation: Conversation): Transition => ({ kind: "moved", conversation });

export const conflict = ({ state }: Conversation): Transition => ({ kind: "conflict", state });

export const NOT_ASSIGNED_TO_YOU: Transition = { kind: "not-assigned-to-you" };
