import type { ServiceBusQueueHandler } from "@azure/functions";
import { dispatchRequestSchema } from "../shared/kernel/jobs.ts";
import type { Ports } from "../shared/kernel/ports.ts";
import { dispatch } from "../shared/routing/dispatch.ts";
import { RecentEntries } from "../shared/routing/recent-entries.ts";
import type { PerInvocation } from "./per-invocation.ts";

/** Far more than wait in all queues at once. */
const REMEMBERED_ENTRIES = 10_000;

/**
 * Service Bus `dispatch`, a session for each queue -> one evaluation of the queue. In a burst, an evaluation looks at
 * entries whose own messages are still to come: those are then done with.
 */
export const makeDispatch = (portsFor: PerInvocation<Ports>): ServiceBusQueueHandler => {
  const looked = new RecentEntries(REMEMBERED_ENTRIES);
  return async (body, context) => {
    const { queueId, entry } = dispatchRequestSchema.parse(body);
    if (entry !== undefined && looked.has(entry)) return;
    looked.add(await dispatch(portsFor(context), queueId, entry));
  };
};
