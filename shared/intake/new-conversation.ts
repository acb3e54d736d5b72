import { type Contact, linkOf } from "../contact/contact.ts";
import { type Conversation, type NewConversation, previewOf } from "../conversation/conversation.ts";
import type { InboundMessage } from "../conversation/message.ts";
import { transition } from "../conversation/transition/transition.ts";
import type { ConversationId } from "../kernel/ids.ts";
import type { Instant } from "../kernel/instant.ts";
import { chooseQueue } from "../routing/choose-queue.ts";
import type { LocatedText } from "./locate-text.ts";

interface NewConversationContext {
  readonly located: LocatedText;
  readonly id: ConversationId;
  readonly message: InboundMessage;
  /** Every contact that the customer may be. */
  readonly contacts: readonly Contact[];
  /** Whether the customer opted out before this text. */
  readonly optedOut: boolean;
  readonly now: Instant;
}

/** Makes the conversation that a text opens. It is in its queue from its first write. */
export const newConversation = ({
  located: { settings, organisation, channel, text, threadId },
  id,
  message,
  contacts,
  optedOut,
  now,
}: NewConversationContext): Conversation => {
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
    waitingSince: message.createdAt,
    preview: previewOf(message.text, message.media),
    textIds: [message.id],
    preferred: { agentIds: contact?.preferredAgentIds ?? [] },
    declines: [],
    stateChangedAt: now,
  };
  const entered = transition(fresh, { kind: "enter-queue", assignment }, now);
  if (entered.kind !== "moved") throw new Error("a new conversation can always enter its queue");
  return entered.conversation;
};
