import type { ServiceBusQueueHandler } from "@azure/functions";
import { outboundRequestSchema } from "../shared/kernel/jobs.ts";
import type { Ports } from "../shared/kernel/ports.ts";
import { sendReply } from "../shared/sending/send-reply.ts";
import { logFailedReply } from "./log-outcome.ts";
import type { PerInvocation } from "./per-invocation.ts";
import { deliveryCountOf } from "./retry-delay.ts";

/**
 * Service Bus `outbound-sms`, a session for each thread -> the provider.
 * @param maxDeliveries - deliveries after which the broker gives a message up: the last one has to settle it.
 */
export const makeOutboundSms =
  (portsFor: PerInvocation<Ports>, maxDeliveries: number): ServiceBusQueueHandler =>
  async (body, context) => {
    const request = outboundRequestSchema.parse(body);
    const failure = await sendReply(portsFor(context), request, deliveryCountOf(context) >= maxDeliveries);
    if (failure) logFailedReply(context, { messageId: request.messageId, failure });
  };
