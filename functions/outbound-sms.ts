import type { ServiceBusQueueHandler } from "@azure/functions";
import * as z from "zod";
import { type SendDeps, sendReply } from "../shared/conversation/send-reply.ts";
import { outboundRequestSchema } from "../shared/routing/wake-ups.ts";
import type { PerInvocation } from "./per-invocation.ts";

/** Counts from 1, as the host tells it. */
const deliveryCountSchema = z.coerce.number().int().min(1);

/**
 * Service Bus `outbound-sms`, a session for each thread -> the provider.
 * @param maxDeliveries - deliveries after which the broker gives a message up: the last one has to settle it.
 */
export const makeOutboundSms =
  (depsFor: PerInvocation<SendDeps>, maxDeliveries: number): ServiceBusQueueHandler =>
  async (body, context) => {
    const delivery = deliveryCountSchema.parse(context.triggerMetadata?.deliveryCount);
    await sendReply(depsFor(context), outboundRequestSchema.parse(body), delivery >= maxDeliveries);
  };
