import type { InvocationContext, ServiceBusQueueHandler } from "@azure/functions";
import * as z from "zod";
import { isRetryable } from "./errors.ts";

/**
 * Delay after the first, second, ... failed delivery of a message, in seconds, because the broker redelivers at once.
 * They add up to nine minutes, and each is shorter than the lock, which the host renews for five minutes.
 */
const DELAYS_SECONDS = [0.5, 1.5, 5, 15, 45, 120, 120, 120, 120];

/** Limit for one delivery, its delay included, in seconds: host and lock allow five minutes. */
const DELIVERY_SECONDS = 240;

const deliveryCountSchema = z.coerce.number().int().min(1);

/** @returns which delivery of the message this is, from 1. */
export const deliveryCountOf = ({ triggerMetadata }: InvocationContext): number =>
  deliveryCountSchema.parse(triggerMetadata?.deliveryCount);

export interface RetryDelayOptions {
  /** Resolves after the given seconds. */
  readonly wait: (seconds: number) => Promise<void>;
  /** A monotonic clock, in milliseconds. */
  readonly elapsedMs: () => number;
}

/** Delays the redelivery of a message after an error that a retry may resolve, longer each time. */
export const withRetryDelay =
  (handler: ServiceBusQueueHandler, { wait, elapsedMs }: RetryDelayOptions): ServiceBusQueueHandler =>
  async (body, context) => {
    const startedMs = elapsedMs();
    try {
      await handler(body, context);
    } catch (error) {
      const delaySeconds = DELAYS_SECONDS[deliveryCountOf(context) - 1];
      const leftSeconds = DELIVERY_SECONDS - (elapsedMs() - startedMs) / 1000;
      if (isRetryable(error) && delaySeconds !== undefined && leftSeconds > 0) {
        await wait(Math.min(delaySeconds, leftSeconds));
      }
      throw error;
    }
  };
