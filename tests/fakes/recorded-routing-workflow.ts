import { workItemIdOf } from "../../shared/kernel/ids.ts";
import type { Instant } from "../../shared/kernel/instant.ts";
import type { WorkItem } from "../../shared/kernel/jobs.ts";
import type { RoutingWorkflow, WorkItemChange } from "../../shared/routing/routing-workflow.ts";
import type { Hooks } from "./hooks.ts";

/** Records the changes, and which workflows run: those that were started and not settled. */
export class RecordedRoutingWorkflow implements RoutingWorkflow {
  readonly changes: (WorkItemChange & { readonly workItemId: string })[] = [];
  readonly started: WorkItem[] = [];
  readonly purges: Instant[] = [];
  readonly #running = new Set<string>();
  readonly #hooks: Hooks;

  constructor(hooks: Hooks = {}) {
    this.#hooks = hooks;
  }

  async notify(workItemId: string, change: WorkItemChange): Promise<void> {
    await this.#hooks.before?.("routingWorkflow.notify");
    this.changes.push({ workItemId, ...change });
    if (change.settled) this.#running.delete(workItemId);
    await this.#hooks.afterWrite?.("routingWorkflow.notify");
  }

  async running(): Promise<ReadonlySet<string>> {
    await this.#hooks.before?.("routingWorkflow.running");
    return new Set(this.#running);
  }

  async ping(): Promise<void> {
    await this.#hooks.before?.("routingWorkflow.ping");
  }

  async start(item: WorkItem): Promise<void> {
    await this.#hooks.before?.("routingWorkflow.start");
    this.started.push(item);
    this.#running.add(workItemIdOf(item.conversationId, item.epoch));
    await this.#hooks.afterWrite?.("routingWorkflow.start");
  }

  async purgeEndedBefore(moment: Instant): Promise<number> {
    await this.#hooks.before?.("routingWorkflow.purgeEndedBefore");
    this.purges.push(moment);
    return this.purges.length;
  }
}
