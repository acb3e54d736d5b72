import type { DurableClient } from "durable-functions";
import { OrchestrationRuntimeStatus } from "durable-functions";
import { workItemIdOf } from "../../shared/kernel/ids.ts";
import type { Instant } from "../../shared/kernel/instant.ts";
import type { WorkItem } from "../../shared/kernel/jobs.ts";
import {
  CHANGED,
  ROUTE_WORK_ITEM,
  type RoutingWorkflow,
  type WorkItemChange,
} from "../../shared/routing/routing-workflow.ts";
import { durableFaultOf, errorOf, isUnknownInstance } from "./durable-fault.ts";

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

/** The id of an orchestration that never exists. A look-up of it reaches the back end. */
const NO_INSTANCE = "health";

/** The orchestrations of this app's task hub, through the client of one invocation. */
export class DurableRoutingWorkflow implements RoutingWorkflow {
  readonly #client: DurableClient;
  readonly #traceParent: string | undefined;

  /** @param traceParent - the W3C trace of the orchestrations that this starts. It is a part of their input. */
  constructor(client: DurableClient, traceParent?: string) {
    this.#client = client;
    this.#traceParent = traceParent;
  }

  async notify(workItemId: string, change: WorkItemChange): Promise<void> {
    try {
      await this.#client.raiseEvent(workItemId, CHANGED, change);
    } catch (cause) {
      // An orchestration that has not started reads the facts when it does; one that was purged has ended.
      if (!isUnknownInstance(cause)) throw errorOf(`notify ${workItemId}`, cause);
    }
  }

  async running(): Promise<ReadonlySet<string>> {
    try {
      const unfinished = await this.#client.getStatusBy({ runtimeStatus: UNFINISHED });
      return new Set(unfinished.map(({ instanceId }) => instanceId));
    } catch (cause) {
      throw errorOf("list the running orchestrations", cause);
    }
  }

  async ping(): Promise<void> {
    try {
      await this.#client.getStatus(NO_INSTANCE, { showInput: false });
    } catch (cause) {
      if (!isUnknownInstance(cause)) throw errorOf("look up an instance", cause);
    }
  }

  async start(item: WorkItem): Promise<void> {
    const instanceId = workItemIdOf(item.conversationId, item.epoch);
    const input = this.#traceParent === undefined ? item : { ...item, traceParent: this.#traceParent };
    try {
      await this.#client.startNew(ROUTE_WORK_ITEM, { instanceId, input });
    } catch (cause) {
      // It may run already: the request is refused then, or the response to an earlier one was lost.
      if (durableFaultOf(cause) && (await this.#exists(instanceId))) return;
      throw errorOf(`start ${instanceId}`, cause);
    }
  }

  async purgeEndedBefore(moment: Instant): Promise<number> {
    try {
      const purged = await this.#client.purgeInstanceHistoryBy({
        createdTimeFrom: new Date(0),
        createdTimeTo: new Date(moment),
        runtimeStatus: FINISHED,
      });
      return purged.instancesDeleted;
    } catch (cause) {
      throw errorOf("purge ended orchestrations", cause);
    }
  }

  async #exists(instanceId: string): Promise<boolean> {
    try {
      return (await this.#client.getStatus(instanceId)).instanceId === instanceId;
    } catch (cause) {
      if (isUnknownInstance(cause)) return false;
      throw errorOf(`look up ${instanceId}`, cause);
    }
  }
}
