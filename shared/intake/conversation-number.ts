import type { ConversationState } from "../conversation/conversation.ts";

/**
 * The number of the conversation that a text belongs to: the thread's newest one while it is open, else the next. When
 * the newest one does not exist, because a crash came between the writes of thread and conversation, the text opens it.
 * @param lastNumber - of the thread's newest conversation; 0 before the first.
 * @param state - of that conversation; undefined when it does not exist.
 */
export const conversationNumberFor = (lastNumber: number, state: ConversationState | undefined): number => {
  if (state === undefined) return Math.max(1, lastNumber);
  return state === "closed" ? lastNumber + 1 : lastNumber;
};
