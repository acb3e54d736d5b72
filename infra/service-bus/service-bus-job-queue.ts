import { type MessageId, type ThreadId, workItemIdOf } from "../../shared/kernel/ids.ts";
import type { DispatchRequest, JobQueue, OutboundSchedule, WorkItem } from "../../shared/kernel/jobs.ts";
import type { OutgoingMessage, QueueSenders } from "./queue-senders.ts";

/** Jobs as messages. Their bodies hold ids only. */
export class ServiceBusJobQueue implements JobQueue {
  readonly #senders: QueueSenders;
  readonly #traceParent: string | undefined;

  /** @param traceParent - the W3C trace of the messages. */
  constructor(senders: QueueSenders, traceParent?: string) {
    this.#senders = senders;
    this.#traceParent = traceParent;
  }

  enqueueWorkItem(item: WorkItem): Promise<void> {
    return this.#send({
      queue: "work-items",
      body: item,
      messageId: workItemIdOf(item.conversationId, item.epoch),
    });
  }

  async enqueueDispatch(requests: readonly DispatchRequest[], afterSeconds = 0): Promise<void> {
    await Promise.all(
      requests.map((request) =>
        this.#send({ queue: "dispatch", body: request, sessionId: request.queueId, afterSeconds }),
      ),
    );
  }

  enqueueOutbound(
    threadId: ThreadId,
    messageId: MessageId,
    { afterSeconds = 0, postponedUntil }: OutboundSchedule = {},
  ): Promise<void> {
    return this.#send({
      queue: "outbound-sms",
      body: { threadId, messageId },
      sessionId: threadId,
      afterSeconds,
      // The id of the copy that was scheduled when the message was postponed: it is dropped if that copy exists.
      messageId: postponedUntil === undefined ? messageId : `${messageId}@${postponedUntil}`,
    });
  }

  #send(message: OutgoingMessage): Promise<void> {
    return this.#senders.send({ ...message, traceParent: this.#traceParent });
  }
}
