import { workItemSchema } from "../shared/kernel/jobs.ts";
import type { Ports } from "../shared/kernel/ports.ts";
import { startHop } from "./invocation/hop-log.ts";
import type { PerInvocation } from "./invocation/per-invocation.ts";
import type { QueueHandler } from "./invocation/postpone.ts";

/** Service Bus `work-items` -> the routing workflow of the work item. A workflow that already runs means a redelivery. */
export const makeWorkItems =
  (portsFor: PerInvocation<Ports>): QueueHandler =>
  async (body, context) => {
    const ports = portsFor(context);
    const logHop = startHop(context, ports);
    const item = workItemSchema.parse(body);
    await ports.routingWorkflow.start(item);
    logHop({ conversationId: item.conversationId, outcome: "started" });
    return undefined;
  };
