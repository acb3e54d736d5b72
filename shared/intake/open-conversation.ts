import { type Contact, linkOf } from "../contact/contact.ts";
import { type Conversation, type NewConversation, previewOf } from "../conversation/conversation.ts";
import type { InboundMessage } from "../conversation/message.ts";
import { transition } from "../conversation/transition/transition.ts";
import type { ConversationId } from "../kernel/ids.ts";
import type { Instant } from "../kernel/instant.ts";
import { chooseQueue } from "../routing/choose-queue.ts";
import type { Arrival } from "./arrival.ts";

/**
 * Makes the conversation that a text opens. It is in its queue from its first write: what chooses the queue is all
 * known when it opens.
 * @param contacts - all that the customer may be.
 * @param optedOut - whether the customer had opted out before this text.
 */
export const openConversation = (
  { settings, organisation, channel, text, threadId }: Arrival,
  id: ConversationId,
  message: InboundMessage,
  contacts: readonly Contact[],
  optedOut: boolean,
  now: Instant,
): Conversation => {
  const contact = contacts.length === 1 ? contacts[0] : undefined;
  const assignment = chooseQueue(settings, { organisation, channel, contact, text: text.text, now });
  const fresh: NewConversation = {
    state: "new",
    id,
    threadId,
    channelId: channel.id,
    customer: text.from,
    epoch: 0,
    queueId: assignment.queueId,
    priority: assignment.priority,
    skills: [...assignment.skills],
    routedBy: assignment.routedBy,
    capacityUnits: channel.capacityUnits,
    contact: linkOf(contacts),
    optedOut,
    asksToStop: message.asksToStop ?? false,
    openedAt: now,
    lastTextAt: message.createdAt,
    preview: previewOf(message.text),
    textIds: [message.id],
    preferred: { agentIds: contact?.preferredAgentIds ?? [] },
    declines: {},
    stateChangedAt: now,
  };
  const entered = transition(fresh, { kind: "enter-queue", assignment }, now);
  if (entered.kind !== "moved") throw new Error("a new conversation can always enter its queue");
  return entered.conversation;
};
