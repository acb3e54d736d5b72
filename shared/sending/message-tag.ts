import { type MessageId, messageIdSchema, type ThreadId, threadIdSchema } from "../kernel/ids.ts";
import type { OutboundRequest } from "../kernel/jobs.ts";

/** What a provider is asked to say again in its report, so that the reply is found without a search. */
export const tagOf = (threadId: ThreadId, messageId: MessageId): string => `${threadId}/${messageId}`;

/** Reads a tag that `tagOf` made; nothing for any other. */
export const parseTag = (tag: string): OutboundRequest | undefined => {
  const [thread, message, ...rest] = tag.split("/");
  const threadId = threadIdSchema.safeParse(thread);
  const messageId = messageIdSchema.safeParse(message);
  if (!threadId.success || !messageId.success || rest.length > 0) return undefined;
  return { threadId: threadId.data, messageId: messageId.data };
};
