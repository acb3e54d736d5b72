import { type MessageId, messageIdSchema, type ThreadId, threadIdSchema } from "../kernel/ids.ts";
import type { OutboundRequest } from "../kernel/jobs.ts";

/** @returns the tag that a provider repeats in its report, so that the reply is found without a query. */
export const tagOf = (threadId: ThreadId, messageId: MessageId): string => `${threadId}/${messageId}`;

/** @returns undefined for a tag that `tagOf` did not make. */
export const parseTag = (tag: string): OutboundRequest | undefined => {
  const [thread, message, ...rest] = tag.split("/");
  const threadId = threadIdSchema.safeParse(thread);
  const messageId = messageIdSchema.safeParse(message);
  if (!threadId.success || !messageId.success || rest.length > 0) return undefined;
  return { threadId: threadId.data, messageId: messageId.data };
};
