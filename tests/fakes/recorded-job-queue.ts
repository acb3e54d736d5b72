import type { MessageId, ThreadId } from "../../shared/kernel/ids.ts";
import {
  type DispatchRequest,
  dispatchRequestSchema,
  type JobQueue,
  type OutboundRequest,
  type OutboundSchedule,
  outboundRequestSchema,
  type WorkItem,
  workItemSchema,
} from "../../shared/kernel/jobs.ts";
import type { Hooks } from "./hooks.ts";

/** Records the jobs, parsed as their handlers parse them. */
export class RecordedJobQueue implements JobQueue {
  readonly workItems: WorkItem[] = [];
  readonly dispatches: DispatchRequest[] = [];
  /** The requests for a dispatch after a delay. */
  readonly laterDispatches: { readonly request: DispatchRequest; readonly afterSeconds: number }[] = [];
  readonly outbounds: (OutboundRequest & OutboundSchedule)[] = [];
  readonly #hooks: Hooks;

  constructor(hooks: Hooks = {}) {
    this.#hooks = hooks;
  }

  async enqueueWorkItem(item: WorkItem): Promise<void> {
    await this.#send("workItem", () => this.workItems.push(workItemSchema.parse(item)));
  }

  async enqueueDispatch(requests: readonly DispatchRequest[], afterSeconds = 0): Promise<void> {
    await this.#send("dispatch", () => {
      for (const request of dispatchRequestSchema.array().parse(requests)) {
        if (afterSeconds === 0) this.dispatches.push(request);
        else this.laterDispatches.push({ request, afterSeconds });
      }
    });
  }

  async enqueueOutbound(threadId: ThreadId, messageId: MessageId, schedule: OutboundSchedule = {}): Promise<void> {
    const request = outboundRequestSchema.parse({ threadId, messageId });
    const { afterSeconds, postponedUntil } = schedule;
    const given = { ...(afterSeconds && { afterSeconds }), ...(postponedUntil && { postponedUntil }) };
    await this.#send("outbound", () => this.outbounds.push({ ...request, ...given }));
  }

  /** Forgets all jobs. */
  clear(): void {
    for (const list of [this.workItems, this.dispatches, this.laterDispatches, this.outbounds]) list.length = 0;
  }

  async #send(operation: string, record: () => void): Promise<void> {
    await this.#hooks.before?.(`jobs.${operation}`);
    record();
    await this.#hooks.afterWrite?.(`jobs.${operation}`);
  }
}
