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

/** Body of a `work-items` message: a conversation entered routing. */
export const workItemSchema = z.object({
  conversationId: conversationIdSchema,
  threadId: threadIdSchema,
  epoch: z.int().min(1),
});
export type WorkItem = z.infer<typeof workItemSchema>;

/** The work item of a conversation in its present epoch. */
export const workItemOf = ({
  id,
  threadId,
  epoch,
}: {
  readonly id: ConversationId;
  readonly threadId: ThreadId;
  readonly epoch: number;
}): WorkItem => ({ conversationId: id, threadId, epoch });

/** Why a queue must be evaluated. */
const dispatchCauseSchema = z.enum(["entered", "declined", "capacity-free", "presence", "settings", "sweep"]);
export type DispatchCause = z.infer<typeof dispatchCauseSchema>;

/** Body of a `dispatch` message: evaluate this queue. */
export const dispatchRequestSchema = z.object({
  queueId: settingIdSchema,
  /** For operators who look at a message: no receiver reads it. Absent in a message of version 0.1.0. */
  cause: dispatchCauseSchema.optional(),
  /** The queue entry that causes the request, as `queueEntryOf` makes it. */
  entry: z.string().min(1).optional(),
});
export type DispatchRequest = z.infer<typeof dispatchRequestSchema>;

/** Identifies one stay of a conversation in a queue. It changes whenever the state of the conversation does. */
export const queueEntryOf = ({
  id,
  stateChangedAt,
}: {
  readonly id: ConversationId;
  readonly stateChangedAt: Instant;
}): string => `${id}@${stateChangedAt}`;

/** Body of an `outbound-sms` message: send this reply. */
export const outboundRequestSchema = z.object({ threadId: threadIdSchema, messageId: messageIdSchema });
export type OutboundRequest = z.infer<typeof outboundRequestSchema>;

/** When a message is to be sent. */
export interface OutboundSchedule {
  /** Seconds until the request is delivered; 0 by default. */
  readonly afterSeconds?: number;
  /** Until when the sending was postponed; undefined when it was not. */
  readonly postponedUntil?: Instant | undefined;
}

/**
 * Requests work to be done soon.
 *
 * @remarks A request may be lost, duplicated or late without harm: its receiver reads the facts and decides.
 */
export interface JobQueue {
  /**
   * Requests the routing workflow of a work item. A repetition within ten minutes is dropped.
   * @throws TransientError when the broker is unavailable.
   */
  enqueueWorkItem(item: WorkItem): Promise<void>;
  /**
   * Requests evaluations of queues.
   * @param afterSeconds - delay of the evaluation, in seconds. 0 by default.
   * @throws TransientError when the broker is unavailable. Some of the requests may have been made.
   */
  enqueueDispatch(requests: readonly DispatchRequest[], afterSeconds?: number): Promise<void>;
  /**
   * Requests that a message is sent. A repetition within ten minutes is dropped, unless `postponedUntil` differs.
   * @throws TransientError when the broker is unavailable.
   */
  enqueueOutbound(threadId: ThreadId, messageId: MessageId, schedule?: OutboundSchedule): Promise<void>;
}
