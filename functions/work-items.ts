import type { ServiceBusQueueHandler } from "@azure/functions";
import { workItemSchema } from "../shared/kernel/jobs.ts";
import type { RoutingClock } from "../shared/routing/routing-workflow.ts";
import type { PerInvocation } from "./per-invocation.ts";

/** Service Bus `work-items` -> the orchestration of the work item. One that runs already is a redelivery: fine. */
export const makeWorkItems =
  (depsFor: PerInvocation<{ routingClock: RoutingClock }>): ServiceBusQueueHandler =>
  async (body, context) => {
    await depsFor(context).routingClock.start(workItemSchema.parse(body));
  };
