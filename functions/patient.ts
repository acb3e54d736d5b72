import type { InvocationContext, ServiceBusQueueHandler } from "@azure/functions";
import * as z from "zod";
import { TransientError } from "../shared/errors.ts";

/**
 * Seconds to wait after the first, second, ... failed delivery of a message, because the broker delivers again at once:
 * some nine minutes in all, and each short enough for the lock, which the host renews for five minutes.
 */
const WAITS_SECONDS = [0.5, 1.5, 5, 15, 45, 120, 120, 120, 120];

/** Counts from 1, as the host tells it. */
const deliveryCountSchema = z.coerce.number().int().min(1);

/** Which delivery of a message this is, from 1. */
export const deliveryOf = ({ triggerMetadata }: InvocationContext): number =>
  deliveryCountSchema.parse(triggerMetadata?.deliveryCount);

/** Waits before a failed message is delivered again, longer each time, where a later delivery may succeed. */
export const patient =
  (handler: ServiceBusQueueHandler, wait: (seconds: number) => Promise<void>): ServiceBusQueueHandler =>
  async (body, context) => {
    try {
      await handler(body, context);
    } catch (error) {
      const seconds = WAITS_SECONDS[deliveryOf(context) - 1];
      if (error instanceof TransientError && seconds !== undefined) await wait(seconds);
      throw error;
    }
  };
