import { InvocationContext, type ServiceBusQueueHandler } from "@azure/functions";
import { describe, expect, it } from "vitest";
import { QUEUES } from "../../infra/service-bus/queues.ts";
import { OutcomeUnknownError, PermanentError, TransientError } from "../../shared/kernel/errors.ts";
import { withRetryDelay } from "./retry-delay.ts";

const failWith = (error: Error): ServiceBusQueueHandler => {
  return () => Promise.reject(error);
};

/** Delivers a message as often as the broker does. @returns the delays, in seconds. */
const delaysOf = async (
  handler: ServiceBusQueueHandler,
  deliveries: number,
  handlingSeconds = 0,
): Promise<readonly number[]> => {
  const delays: number[] = [];
  let elapsedMs = 0;
  const timed: ServiceBusQueueHandler = (body, context) => {
    elapsedMs += handlingSeconds * 1000;
    return handler(body, context);
  };
  const run = withRetryDelay(timed, {
    wait: async (seconds) => void delays.push(seconds),
    elapsedMs: () => elapsedMs,
  });
  for (let deliveryCount = 1; deliveryCount <= deliveries; deliveryCount++) {
    const context = new InvocationContext({ triggerMetadata: { deliveryCount } });
    await Promise.resolve(run({}, context)).catch(() => {});
  }
  return delays;
};

describe("withRetryDelay", () => {
  const { maxDeliveries } = QUEUES["outbound-sms"];
  const busy = failWith(new TransientError("busy"));

  it("delays each redelivery longer, for over eight minutes in total, and does not delay the last failure", async () => {
    const delays = await delaysOf(busy, maxDeliveries);
    expect(delays).toHaveLength(maxDeliveries - 1);
    expect(delays).toEqual(delays.toSorted((a, b) => a - b));
    expect(delays[0]).toBeLessThanOrEqual(1);
    expect(delays.reduce((sum, seconds) => sum + seconds)).toBeGreaterThan(8 * 60);
  });

  it("leaves the lock a minute for the work", async () => {
    const renewedSeconds = 300; // host.json: maxAutoLockRenewalDuration, and functionTimeout
    expect(Math.max(...(await delaysOf(busy, maxDeliveries))) + 60).toBeLessThan(renewedSeconds);
  });

  it("shortens the delay by the time that the handler took", async () => {
    expect(await delaysOf(busy, 6, 200)).toEqual([0.5, 1.5, 5, 15, 40, 40]);
    expect(await delaysOf(busy, 1, 240)).toEqual([]);
  });

  it("delays the redelivery after an unknown outcome too", async () => {
    expect(await delaysOf(failWith(new OutcomeUnknownError("broken")), 1)).toEqual([0.5]);
  });

  it("does not delay after success, nor after an error that no retry resolves", async () => {
    expect(await delaysOf(async () => {}, 3)).toEqual([]);
    expect(await delaysOf(failWith(new PermanentError("wrong")), 3)).toEqual([]);
    expect(await delaysOf(failWith(new TypeError("a defect")), 3)).toEqual([]);
  });

  it("throws the error, so that the broker redelivers", async () => {
    const run = withRetryDelay(busy, { wait: async () => {}, elapsedMs: () => 0 });
    const context = new InvocationContext({ triggerMetadata: { deliveryCount: 1 } });
    await expect(run({}, context)).rejects.toThrow("busy");
  });
});
