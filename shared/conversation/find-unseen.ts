import type { AgentId, MessageId } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Conversation, StaffMessage } from "./conversation.ts";

/** A colleague has written a message that the author of another one has not seen. */
export interface Unseen {
  readonly kind: "newer-message";
  readonly newerMessage: StaffMessage;
}

interface Author {
  readonly agentId: AgentId;
  /** The newest message that the author saw; undefined when the author does not ask. */
  readonly lastSeenMessageId: MessageId | undefined;
}

/**
 * Finds the newest reply or note of a conversation, when a colleague wrote it and the author has not seen it.
 * @returns undefined when the author has seen it, or does not ask. A message that does not exist counts as older.
 * @throws TransientError when the store is unavailable.
 */
export const findUnseen = async (
  { messages }: Pick<Ports, "messages">,
  { threadId, lastStaffMessage }: Conversation,
  { agentId, lastSeenMessageId }: Author,
): Promise<Unseen | undefined> => {
  if (lastSeenMessageId === undefined || !lastStaffMessage) return undefined;
  if (lastStaffMessage.by === agentId || lastStaffMessage.id === lastSeenMessageId) return undefined;
  const seen = await messages.find(threadId, lastSeenMessageId);
  const isSeen = seen !== undefined && seen.createdAt >= lastStaffMessage.at;
  return isSeen ? undefined : { kind: "newer-message", newerMessage: lastStaffMessage };
};
