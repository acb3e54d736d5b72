import { isBlocked } from "../consent/block.ts";
import { changeThread } from "../conversation/change-thread.ts";
import { BLOCKED_TEXT_SECONDS, blockedMessageOf } from "../conversation/message.ts";
import type { Thread } from "../conversation/thread.ts";
import { type ConversationId, numberOf } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import type { TextContext } from "./add-text.ts";
import { newThreadFor } from "./locate-text.ts";
import { storeOnce } from "./store-once.ts";

/**
 * Stores a text of a blocked number for a limited time. It opens no conversation, changes none and gets no reply. A
 * redelivery has no further effect.
 * @returns the conversation of a text that was processed before the block.
 */
export const receiveBlockedText = async (
  ports: Pick<Ports, "conversations" | "messages" | "threads">,
  { located, thread }: TextContext,
): Promise<ConversationId | undefined> => {
  const { id: messageId, conversationId } = await storeOnce(ports, blockedMessageOf(located.text, located.threadId));
  if (conversationId === undefined || (await ports.conversations.find(conversationId))) return conversationId;
  // The block came while the text was opening that conversation.
  await ports.messages.detach(located.threadId, messageId, BLOCKED_TEXT_SECONDS);
  await changeThread(ports.threads, { read: thread, fresh: newThreadFor(located) }, (before) =>
    withoutNumber(before, numberOf(conversationId)),
  );
  return undefined;
};

/** Forgets the number of a conversation that was never opened. */
const withoutNumber = (thread: Thread, number: number): Thread =>
  isBlocked(thread) && thread.lastNumber === number ? { ...thread, lastNumber: number - 1 } : thread;
