import type { HelpReply, Thread } from "../conversation/thread.ts";
import type { MessageId } from "../kernel/ids.ts";
import { secondsBetween } from "../kernel/instant.ts";

/** The time to which the limit applies, in seconds. */
const HOUR = 3600;

/** Whether a HELP gets a reply. */
export const hasHelpReply = ({ helpReplies }: Thread, messageId: MessageId): boolean =>
  helpReplies.some((reply) => reply.messageId === messageId);

/**
 * Records that a HELP gets a reply, unless the hour before it has had as many as it may.
 * @param limit - most replies in any hour.
 * @returns the same object when the HELP gets none, or when it had got one before.
 */
export const withHelpReply = (thread: Thread, reply: HelpReply, limit: number): Thread => {
  if (hasHelpReply(thread, reply.messageId)) return thread;
  const recent = thread.helpReplies.filter(({ repliedAt }) => secondsBetween(repliedAt, reply.repliedAt) < HOUR);
  return recent.length < limit ? { ...thread, helpReplies: [...recent, reply] } : thread;
};
