import type { MessageId } from "../../kernel/ids.ts";
import { addSeconds, type Instant } from "../../kernel/instant.ts";
import type { Media } from "../../sms/provider.ts";
import { type Conversation, previewOf, REMEMBERED_TEXTS } from "../conversation.ts";
import { conflict, type EventHandlers, moved } from "./outcome.ts";
import { assignTo, enqueue } from "./states.ts";

/** A text of the customer, as events carry it. */
interface ReceivedText {
  readonly messageId: MessageId;
  readonly at: Instant;
  readonly text: string;
  readonly media?: readonly Media[] | undefined;
}

/** Everything that a customer does to a conversation. */
export type CustomerEvent =
  | (ReceivedText & {
      readonly kind: "customer-writes";
      /** Whether the text asks for no more texts in words that are not a keyword. */
      readonly asksToStop?: boolean;
      /** How long the agent who parked the conversation is preferred when it returns to its queue. */
      readonly preferLastAgentSeconds: number;
    })
  /** The customer sends a keyword and nothing else. The conversation keeps its state. */
  | (ReceivedText & { readonly kind: "customer-sends-keyword"; readonly optedOut: boolean })
  /** The customer reacts to an earlier text, such as "Liked “See you at 7”". It needs no answer. */
  | { readonly kind: "customer-reacts"; readonly messageId: MessageId }
  /** Whether the customer has opted out, as the thread says. */
  | { readonly kind: "consent-known"; readonly optedOut: boolean };

export const customerHandlers: EventHandlers<CustomerEvent> = {
  "customer-writes": (before, event, now) => {
    // A text that is delivered again must not return a conversation to its queue that was parked since.
    if (before.textIds.includes(event.messageId)) return moved(before);
    const asksToStop = before.asksToStop || event.asksToStop === true;
    const conversation = awaitingReply(withText({ ...before, asksToStop }, event), event.at, now);
    switch (conversation.state) {
      case "new":
      case "queued":
      case "offered":
      case "active":
        return moved(conversation);
      case "wrap-up":
        return moved(assignTo(conversation, conversation.agentId, now));
      case "waiting": {
        const until = addSeconds(now, event.preferLastAgentSeconds);
        const preferred = { agentIds: [conversation.agentId], until };
        return moved({ ...enqueue(conversation, conversation, now), preferred });
      }
      case "closed":
        return conflict(conversation);
      default:
        return conversation satisfies never;
    }
  },

  "customer-sends-keyword": (conversation, event) =>
    conversation.state === "closed"
      ? conflict(conversation)
      : moved(withText({ ...conversation, optedOut: event.optedOut }, event)),

  "customer-reacts": (conversation, { messageId }) => {
    if (conversation.state === "closed") return conflict(conversation);
    if (conversation.textIds.includes(messageId)) return moved(conversation);
    return moved({ ...conversation, textIds: withId(conversation.textIds, messageId) });
  },

  "consent-known": (conversation, { optedOut }) => {
    if (conversation.state === "closed") return conflict(conversation);
    return moved(conversation.optedOut === optedOut ? conversation : { ...conversation, optedOut });
  },
};

const withId = (textIds: readonly MessageId[], messageId: MessageId): MessageId[] =>
  [...textIds.filter((id) => id !== messageId), messageId].slice(-REMEMBERED_TEXTS);

/**
 * The customer waits from the first text on that no reply has followed. A text that was written before the last reply and
 * arrives after it counts from now on: who replied had not seen it.
 */
const awaitingReply = <C extends Conversation>(conversation: C, writtenAt: Instant, now: Instant): C => {
  const { waitingSince, lastReplyAt } = conversation;
  const from = lastReplyAt !== undefined && writtenAt <= lastReplyAt ? now : writtenAt;
  return { ...conversation, waitingSince: waitingSince !== undefined && waitingSince < from ? waitingSince : from };
};

/** Remembers a text. When texts arrive out of order, the preview shows the one that was written last. */
const withText = <C extends Conversation>(conversation: C, { messageId, at, text, media }: ReceivedText): C => ({
  ...conversation,
  textIds: withId(conversation.textIds, messageId),
  ...(at >= conversation.lastTextAt && { lastTextAt: at, preview: previewOf(text, media) }),
});
