import type { Instant } from "../kernel/instant.ts";

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
