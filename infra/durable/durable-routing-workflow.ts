import type { DurableClient } from "durable-functions";
import { OrchestrationRuntimeStatus } from "durable-functions";
import { TransientError } from "../../shared/kernel/errors.ts";
import { workItemIdOf } from "../../shared/kernel/ids.ts";
import type { WorkItem } from "../../shared/kernel/jobs.ts";
import { CHANGED, type Changed, ROUTE_WORK_ITEM, type RoutingWorkflow } from "../../shared/routing/routing-workflow.ts";

const UNFINISHED = [
  OrchestrationRuntimeStatus.Pending,
  OrchestrationRuntimeStatus.Running,
  OrchestrationRuntimeStatus.ContinuedAsNew,
];
const FINISHED = [
  OrchestrationRuntimeStatus.Completed,
  OrchestrationRuntimeStatus.Failed,
  OrchestrationRuntimeStatus.Terminated,
];

/** The orchestrations of this app's task hub, by the client that came with an invocation. */
export class DurableRoutingWorkflow implements RoutingWorkflow {
  readonly #client: DurableClient;

  constructor(client: DurableClient) {
    this.#client = client;
  }

  async notify(workItemId: string, change: Changed): Promise<void> {
    try {
      await this.#client.raiseEvent(workItemId, CHANGED, change);
    } catch (cause) {
      // One that has not begun reads the facts when it does; one that was forgotten has nothing left to do.
      if (isUnknownInstance(cause)) return;
      throw new TransientError(`cannot wake ${workItemId}`, { cause });
    }
  }

  async running(): Promise<ReadonlySet<string>> {
    const unfinished = await this.#client.getStatusBy({ runtimeStatus: UNFINISHED });
    return new Set(unfinished.map(({ instanceId }) => instanceId));
  }

  async start(item: WorkItem): Promise<void> {
    const instanceId = workItemIdOf(item.conversationId, item.epoch);
    try {
      await this.#client.startNew(ROUTE_WORK_ITEM, { instanceId, input: item });
    } catch (cause) {
      if (await this.#isThere(instanceId)) return;
      throw new TransientError(`cannot start ${instanceId}`, { cause });
    }
  }

  async purgeEndedBefore(moment: Date): Promise<number> {
    const purged = await this.#client.purgeInstanceHistoryBy({
      createdTimeFrom: new Date(0),
      createdTimeTo: moment,
      runtimeStatus: FINISHED,
    });
    return purged.instancesDeleted;
  }

  /** Says whether an orchestration was started; when that cannot be told either, not. */
  async #isThere(instanceId: string): Promise<boolean> {
    try {
      return (await this.#client.getStatus(instanceId)).instanceId === instanceId;
    } catch {
      return false;
    }
  }
}

/** The client tells of a status 404 by its own words only. */
const isUnknownInstance = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith("No instance with ID");
