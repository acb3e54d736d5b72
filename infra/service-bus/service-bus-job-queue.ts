import { type MessageId, type ThreadId, workItemIdOf } from "../../shared/kernel/ids.ts";
import type { Instant } from "../../shared/kernel/instant.ts";
import type { DispatchRequest, JobQueue, WorkItem } from "../../shared/kernel/jobs.ts";
import type { QueueSenders } from "./queue-senders.ts";

/** Wake-ups as messages: ids only. */
export class ServiceBusJobQueue implements JobQueue {
  readonly #senders: QueueSenders;

  constructor(senders: QueueSenders) {
    this.#senders = senders;
  }

  enqueueWorkItem(item: WorkItem): Promise<void> {
    return this.#senders.send("work-items", item, { messageId: workItemIdOf(item.conversationId, item.epoch) });
  }

  async enqueueDispatch(requests: readonly DispatchRequest[], afterSeconds = 0): Promise<void> {
    await Promise.all(
      requests.map((request) => this.#senders.send("dispatch", request, { sessionId: request.queueId }, afterSeconds)),
    );
  }

  enqueueOutbound(threadId: ThreadId, messageId: MessageId, again?: Instant): Promise<void> {
    const wish = again === undefined ? messageId : `${messageId}@${again}`;
    return this.#senders.send("outbound-sms", { threadId, messageId }, { sessionId: threadId, messageId: wish });
  }
}
