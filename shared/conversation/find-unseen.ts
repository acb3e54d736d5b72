import type { AgentId, MessageId } from "../kernel/ids.ts";
import { secondsBetween } from "../kernel/instant.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Conversation, StaffMessage } from "./conversation.ts";
import { REPLICA_LAG_SECONDS } from "./messages.ts";

/** A colleague has written a message that the author of another one has not seen. */
export interface Unseen {
  readonly kind: "newer-message";
  readonly newerMessage: StaffMessage;
}

interface Author {
  readonly agentId: AgentId;
  /** The newest message that the author saw; undefined when the author names none. */
  readonly lastSeenMessageId: MessageId | undefined;
}

/**
 * Finds the newest reply or note of a conversation, when a colleague wrote it and the author has not seen it.
 * @returns undefined when the author has seen it, or names none. A message that does not exist counts as older. The newest
 * one was noted before it was stored: one that is still missing later was never stored, and counts as seen.
 * @throws TransientError when the store is unavailable.
 */
export const findUnseen = async (
  { messages, now }: Pick<Ports, "messages" | "now">,
  { threadId, lastStaffMessage }: Conversation,
  { agentId, lastSeenMessageId }: Author,
): Promise<Unseen | undefined> => {
  if (lastSeenMessageId === undefined || !lastStaffMessage) return undefined;
  if (lastStaffMessage.by === agentId || lastStaffMessage.id === lastSeenMessageId) return undefined;
  const seen = await messages.find(threadId, lastSeenMessageId);
  if (seen !== undefined && seen.createdAt >= lastStaffMessage.at) return undefined;
  const mayBeStored = secondsBetween(lastStaffMessage.at, now()) < REPLICA_LAG_SECONDS;
  const isStored = mayBeStored || (await messages.find(threadId, lastStaffMessage.id)) !== undefined;
  return isStored ? { kind: "newer-message", newerMessage: lastStaffMessage } : undefined;
};
