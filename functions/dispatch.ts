import { dispatchRequestSchema } from "../shared/kernel/jobs.ts";
import type { Ports } from "../shared/kernel/ports.ts";
import { dispatch } from "../shared/routing/dispatch.ts";
import { startHop } from "./invocation/hop-log.ts";
import type { PerInvocation } from "./invocation/per-invocation.ts";
import type { QueueHandler } from "./invocation/postpone.ts";

/** Service Bus `dispatch`, a session for each queue -> one evaluation of the queue. */
export const makeDispatch =
  (portsFor: PerInvocation<Ports>): QueueHandler =>
  async (body, context) => {
    const ports = portsFor(context);
    const logHop = startHop(context, ports);
    const request = dispatchRequestSchema.parse(body);
    const conversationIds = await dispatch(ports, request);
    logHop({ queueId: request.queueId, conversationIds, outcome: request.cause ?? "unknown cause" });
    return undefined;
  };
