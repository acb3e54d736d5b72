import type { ServiceBusQueueHandler } from "@azure/functions";
import { outboundRequestSchema } from "../shared/kernel/jobs.ts";
import type { Ports } from "../shared/kernel/ports.ts";
import { giveUp, sendReply } from "../shared/sending/send-reply.ts";
import { startHop } from "./invocation/hop-log.ts";
import { logFailedReply } from "./invocation/log-outcome.ts";
import type { PerInvocation } from "./invocation/per-invocation.ts";
import { deliveryCountOf } from "./invocation/retry-delay.ts";

/**
 * Service Bus `outbound-sms`, a session for each thread -> the provider.
 * @param maxDeliveries - deliveries after which the broker dead-letters a message: the last one settles the reply.
 */
export const makeOutboundSms =
  (portsFor: PerInvocation<Ports>, maxDeliveries: number): ServiceBusQueueHandler =>
  async (body, context) => {
    const request = outboundRequestSchema.parse(body);
    const ports = portsFor(context);
    const logHop = startHop(context, ports);
    const outcome = await sendReply(ports, request);
    const isRetried = "cause" in outcome && deliveryCountOf(context) < maxDeliveries;
    if (isRetried) throw outcome.cause; // the broker redelivers
    const settled = "cause" in outcome ? await giveUp(ports, request, outcome) : outcome;
    if (settled.kind === "failed") {
      logFailedReply(context, { messageId: request.messageId, failure: settled.failure });
    }
    logHop({ ...request, outcome: settled.kind });
  };
