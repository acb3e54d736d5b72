import type { ServiceBusQueueHandler } from "@azure/functions";
import { dispatchRequestSchema } from "../shared/kernel/jobs.ts";
import type { Ports } from "../shared/kernel/ports.ts";
import { dispatch } from "../shared/routing/dispatch.ts";
import type { PerInvocation } from "./invocation/per-invocation.ts";

/** Service Bus `dispatch`, a session for each queue -> one evaluation of the queue. */
export const makeDispatch =
  (portsFor: PerInvocation<Ports>): ServiceBusQueueHandler =>
  (body, context) =>
    dispatch(portsFor(context), dispatchRequestSchema.parse(body));
