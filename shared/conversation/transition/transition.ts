import type { Instant } from "../../kernel/instant.ts";
import type { Conversation } from "../conversation.ts";
import { type AgentEvent, agentHandlers } from "./agent.ts";
import { type CustomerEvent, customerHandlers } from "./customer.ts";
import type { EventHandler, EventHandlers, Transition } from "./outcome.ts";
import { type RoutingEvent, routingHandlers } from "./routing.ts";

/** Everything that can happen to a conversation. */
export type ConversationEvent = CustomerEvent | AgentEvent | RoutingEvent;

/** Events that change neither the state, the epoch nor the holder of a conversation. */
export type DetailEvent = Extract<
  ConversationEvent,
  {
    kind:
      | "customer-sends-keyword"
      | "customer-reacts"
      | "consent-known"
      | "agent-replies"
      | "agent-adds-note"
      | "reply-found"
      | "link-contact";
  }
>;

/** Events that may change the state, the epoch or the holder of a conversation. */
export type MoveEvent = Exclude<ConversationEvent, DetailEvent>;

const HANDLERS: EventHandlers<ConversationEvent> = { ...customerHandlers, ...agentHandlers, ...routingHandlers };

/**
 * Decides how an event changes a conversation.
 * @param now - the moment of the decision.
 * @returns `conflict` when the state or the epoch does not allow the event. Never throws, and changes neither argument.
 */
export const transition = (conversation: Conversation, event: ConversationEvent, now: Instant): Transition => {
  // Each handler is checked against its event above. The compiler cannot relate one event's kind to one handler.
  const handle = HANDLERS[event.kind] as EventHandler<ConversationEvent>;
  return handle(conversation, event, now);
};
