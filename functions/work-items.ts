import type { ServiceBusQueueHandler } from "@azure/functions";
import { workItemSchema } from "../shared/kernel/jobs.ts";
import type { Ports } from "../shared/kernel/ports.ts";
import type { PerInvocation } from "./invocation/per-invocation.ts";

/** Service Bus `work-items` -> the routing workflow of the work item. A workflow that already runs means a redelivery. */
export const makeWorkItems =
  (portsFor: PerInvocation<Ports>): ServiceBusQueueHandler =>
  async (body, context) => {
    await portsFor(context).routingWorkflow.start(workItemSchema.parse(body));
  };
