import { blockedMessageOf } from "../conversation/message.ts";
import type { ConversationId } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import type { TextContext } from "./add-text.ts";
import { leaveUnopened } from "./leave-unopened.ts";
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
  const message = await storeOnce(ports, blockedMessageOf(located.text, located.threadId));
  const { id: messageId, conversationId: id } = message;
  if (id === undefined || !thread || (await ports.conversations.find(id))) return id;
  await leaveUnopened(ports, { id, messageId, thread });
  return undefined;
};
