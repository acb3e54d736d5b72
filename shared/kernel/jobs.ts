import * as z from "zod";
import {
  type ConversationId,
  conversationIdSchema,
  type MessageId,
  messageIdSchema,
  settingIdSchema,
  type ThreadId,
  threadIdSchema,
} from "./ids.ts";
import type { Instant } from "./instant.ts";

/** Body of a `work-items` message: this conversation entered routing. */
export const workItemSchema = z.object({
  conversationId: conversationIdSchema,
  threadId: threadIdSchema,
  epoch: z.int().min(1),
});
export type WorkItem = z.infer<typeof workItemSchema>;

/** What may change who gets what in a queue. */
const dispatchCauseSchema = z.enum(["entered", "capacity-free", "presence", "settings", "sweep"]);

/** Body of a `dispatch` message: look at this queue again. */
export const dispatchRequestSchema = z.object({
  queueId: settingIdSchema,
  cause: dispatchCauseSchema,
  /** What entered the queue, as `queueEntryOf` names it: whoever has looked at it there already need not look again. */
  entry: z.string().min(1).optional(),
});
export type DispatchRequest = z.infer<typeof dispatchRequestSchema>;

/** Names one stay of a conversation in a queue; after a decline, for example, it is another. */
export const queueEntryOf = ({
  id,
  stateChangedAt,
}: {
  readonly id: ConversationId;
  readonly stateChangedAt: Instant;
}): string => `${id}@${stateChangedAt}`;

/** Body of an `outbound-sms` message: this reply is to be sent. */
export const outboundRequestSchema = z.object({ threadId: threadIdSchema, messageId: messageIdSchema });
export type OutboundRequest = z.infer<typeof outboundRequestSchema>;

/**
 * Asks for work to be done soon. A message may be lost, doubled or late without harm: whoever receives it reads the
 * facts and decides. Every method throws TransientError when the broker is unavailable.
 */
export interface JobQueue {
  enqueueWorkItem(item: WorkItem): Promise<void>;
  /** @param afterSeconds - how long to wait before looking; at once without it. */
  enqueueDispatch(requests: readonly DispatchRequest[], afterSeconds?: number): Promise<void>;
  /** @param again - when it is asked for anew, though an earlier wish may still be known: the moment of that. */
  enqueueOutbound(threadId: ThreadId, messageId: MessageId, again?: Instant): Promise<void>;
}
