import type { ServiceBusQueueHandler } from "@azure/functions";
import { workItemSchema } from "../shared/kernel/jobs.ts";
import type { Ports } from "../shared/kernel/ports.ts";
import type { PerInvocation } from "./per-invocation.ts";

/** Service Bus `work-items` -> the orchestration of the work item. One that runs already is a redelivery: fine. */
export const makeWorkItems =
  (portsFor: PerInvocation<Ports>): ServiceBusQueueHandler =>
  async (body, context) => {
    await portsFor(context).routingWorkflow.start(workItemSchema.parse(body));
  };
