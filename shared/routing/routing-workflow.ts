import type { Instant } from "../kernel/instant.ts";
import type { WorkItem } from "../kernel/jobs.ts";

/** The orchestration that keeps the time of one work item. Its instance id is the work item's id. */
export const ROUTE_WORK_ITEM = "routeWorkItem";
/** The activity that does what is due. */
export const ADVANCE_ROUTING = "advanceRouting";
/** The event that wakes the orchestration. */
export const CHANGED = "changed";

/** What the event carries: what can be believed without looking, because no later event makes it wrong. */
export interface Changed {
  /** The conversation has left routing in this epoch, which never changes back: nothing remains to do. */
  readonly settled: boolean;
  /** Nothing is due before this moment, as an offer stands until then; without it, a look is due now. */
  readonly lookAt?: Instant;
}

/** The orchestrations that keep the time of conversations in routing. */
export interface RoutingWorkflow {
  /**
   * Tells the orchestration of a work item that its conversation changed. One that has ended, or never began, is fine.
   */
  notify(workItemId: string, change: Changed): Promise<void>;
  /** The work items whose orchestrations have not ended. */
  running(): Promise<ReadonlySet<string>>;
  /** Starts the orchestration of a work item; nothing happens when it runs already. */
  start(item: WorkItem): Promise<void>;
  /** Forgets orchestrations that ended before the moment; returns how many. */
  purgeEndedBefore(moment: Date): Promise<number>;
}

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly routingWorkflow: RoutingWorkflow;
  }
}
