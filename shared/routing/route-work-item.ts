/** The orchestration that keeps the time of one work item. Its instance id is the work item's id. */
export const ROUTE_WORK_ITEM = "routeWorkItem";
/** The activity that does what is due. */
export const ADVANCE_ROUTING = "advanceRouting";
/** The event that wakes the orchestration. */
export const CHANGED = "changed";

/** What the event carries. `settled`: the conversation has left routing in this epoch, which never changes back. */
export interface Changed {
  readonly settled: boolean;
}
