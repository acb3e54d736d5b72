import type { InvocationContext, ServiceBusQueueHandler } from "@azure/functions";
import * as z from "zod";
import { TransientError } from "../shared/kernel/errors.ts";

/**
 * Seconds to wait after the first, second, ... failed delivery of a message, because the broker delivers again at once:
 * some nine minutes in all, and each short enough for the lock, which the host renews for five minutes.
 */
const WAITS_SECONDS = [0.5, 1.5, 5, 15, 45, 120, 120, 120, 120];

/** Counts from 1, as the host tells it. */
const deliveryCountSchema = z.coerce.number().int().min(1);

/** Which delivery of a message this is, from 1. */
export const deliveryCountOf = ({ triggerMetadata }: InvocationContext): number =>
  deliveryCountSchema.parse(triggerMetadata?.deliveryCount);

/** What a delivery may take in all, its wait included, in seconds: the host and the lock give it five minutes. */
const DELIVERY_SECONDS = 240;

/** Waits before a failed message is delivered again, longer each time, where a later delivery may succeed. */
export const withRetryDelay =
  (handler: ServiceBusQueueHandler, wait: (seconds: number) => Promise<void>): ServiceBusQueueHandler =>
  async (body, context) => {
    const began = Date.now();
    try {
      await handler(body, context);
    } catch (error) {
      const seconds = WAITS_SECONDS[deliveryCountOf(context) - 1];
      const left = DELIVERY_SECONDS - (Date.now() - began) / 1000;
      if (error instanceof TransientError && seconds !== undefined && left > 0) await wait(Math.min(seconds, left));
      throw error;
    }
  };
