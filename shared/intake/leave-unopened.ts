import { isBlocked } from "../consent/block.ts";
import { changeStoredThread } from "../conversation/change-thread.ts";
import { BLOCKED_TEXT_SECONDS } from "../conversation/message.ts";
import type { Thread } from "../conversation/thread.ts";
import { type ConversationId, type MessageId, numberOf, threadOf } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Stored } from "../kernel/stored.ts";

interface UnopenedConversation {
  readonly id: ConversationId;
  /** The text that was to open it. */
  readonly messageId: MessageId;
  /** The blocked thread, as it was read. */
  readonly thread: Stored<Thread>;
}

/**
 * Leaves a conversation unopened, because the number was blocked while its text was processed. The text stays with the
 * thread for a limited time. If the thread names the conversation as its newest, it no longer does: a later change of
 * consent would wait for it.
 * @throws TransientError when a store is unavailable.
 */
export const leaveUnopened = async (
  { conversations, messages, threads }: Pick<Ports, "conversations" | "messages" | "threads">,
  { id, messageId, thread: read }: UnopenedConversation,
): Promise<void> => {
  await messages.detach(threadOf(id), messageId, BLOCKED_TEXT_SECONDS);
  if (read.value.lastNumber !== numberOf(id) || (await conversations.find(id))) return;
  await changeStoredThread(threads, read, (before) => withoutNumber(before, numberOf(id)));
};

const withoutNumber = (thread: Thread, number: number): Thread =>
  isBlocked(thread) && thread.lastNumber === number ? { ...thread, lastNumber: number - 1 } : thread;
