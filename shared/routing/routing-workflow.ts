import type { Instant } from "../kernel/instant.ts";
import type { WorkItem } from "../kernel/jobs.ts";

/** The name of the routing workflow. The id of an instance is the work item id. */
export const ROUTE_WORK_ITEM = "routeWorkItem";
/** The name of the activity that does what is due. */
export const ADVANCE_ROUTING = "advanceRouting";
/** The name of the event that wakes the workflow. */
export const CHANGED = "changed";

/** What happened to a work item, as far as no later change can make it wrong. */
export interface WorkItemChange {
  /** Whether the conversation has left routing in this epoch. It never returns to it, so nothing remains to do. */
  readonly settled: boolean;
  /** Nothing is due before this moment. Without it, something may be due now. */
  readonly lookAt?: Instant;
}

/** The durable workflows of conversations in routing. Every method throws TransientError when Durable Functions fails. */
export interface RoutingWorkflow {
  /** Wakes the workflow of a work item. Does nothing when the workflow has ended or was never started. */
  notify(workItemId: string, change: WorkItemChange): Promise<void>;
  /** Returns the ids of the work items whose workflows have not ended. */
  running(): Promise<ReadonlySet<string>>;
  /** Resolves when the durable back end responds. */
  ping(): Promise<void>;
  /** Starts the workflow of a work item. Does nothing when it exists. */
  start(item: WorkItem): Promise<void>;
  /**
   * Removes the records of workflows that have ended and were started before `moment`.
   * @returns how many were removed.
   */
  purgeEndedBefore(moment: Instant): Promise<number>;
}

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly routingWorkflow: RoutingWorkflow;
  }
}
