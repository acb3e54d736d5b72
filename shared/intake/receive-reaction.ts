import { changeConversation } from "../conversation/change-conversation.ts";
import { changeThread } from "../conversation/change-thread.ts";
import { inboundMessageOf } from "../conversation/message.ts";
import type { ConversationId } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import type { TextContext } from "./add-text.ts";
import { newThreadFor } from "./locate-text.ts";
import { storeOnce } from "./store-once.ts";

/**
 * Stores a reaction to an earlier text. It opens no conversation, and changes neither the state nor the preview of an
 * open one: it needs no answer. A redelivery has no further effect.
 * @returns the conversation that was open when the reaction arrived first.
 */
export const receiveReaction = async (
  ports: Pick<Ports, "conversations" | "messages" | "now" | "threads">,
  { located, thread, current }: TextContext,
): Promise<ConversationId | undefined> => {
  const open = current && current.value.state !== "closed" ? current : undefined;
  const message = await storeOnce(ports, inboundMessageOf(located.text, located.threadId, open?.value.id));
  const { id: messageId, conversationId } = message;
  await changeThread(ports.threads, { read: thread, fresh: newThreadFor(located) }, (before) => before);
  if (conversationId !== undefined) {
    const target = open?.value.id === conversationId ? open : conversationId;
    await changeConversation(ports, target, { kind: "customer-reacts", messageId });
  }
  return conversationId;
};
