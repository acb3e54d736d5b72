import { InvocationContext, type ServiceBusQueueHandler } from "@azure/functions";
import { describe, expect, it } from "vitest";
import { QUEUES } from "../infra/service-bus/queues.ts";
import { TransientError } from "../shared/kernel/errors.ts";
import { withRetryDelay } from "./retry-delay.ts";

/** Delivers a message whose handling fails, until the broker gives it up. @returns the waits, in seconds. */
const waitsOf = async (handler: ServiceBusQueueHandler, deliveries: number): Promise<readonly number[]> => {
  const waits: number[] = [];
  const run = withRetryDelay(handler, async (seconds) => void waits.push(seconds));
  for (let deliveryCount = 1; deliveryCount <= deliveries; deliveryCount++) {
    const context = new InvocationContext({ triggerMetadata: { deliveryCount } });
    await Promise.resolve(run({}, context)).catch(() => {});
  }
  return waits;
};

describe("patient", () => {
  const { maxDeliveries } = QUEUES["outbound-sms"];

  it("waits longer each time, for some minutes in all, and not after the last delivery", async () => {
    const waits = await waitsOf(() => Promise.reject(new TransientError("busy")), maxDeliveries);
    expect(waits).toHaveLength(maxDeliveries - 1);
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(waits[0]).toBeLessThanOrEqual(1);
    expect(waits.reduce((sum, each) => sum + each)).toBeGreaterThan(8 * 60);
  });

  it("never waits so long that the lock could be lost, with a minute for the work", async () => {
    const waits = await waitsOf(() => Promise.reject(new TransientError("busy")), maxDeliveries);
    const renewedSeconds = 300; // host.json: maxAutoLockRenewalDuration, and functionTimeout
    expect(Math.max(...waits) + 60).toBeLessThan(renewedSeconds);
  });

  it("does not wait where the next delivery would fail as well, nor where all is well", async () => {
    expect(await waitsOf(() => Promise.reject(new Error("wrong")), 3)).toEqual([]);
    expect(await waitsOf(async () => {}, 3)).toEqual([]);
  });

  it("lets the failure escape, so that the broker delivers again", async () => {
    const run = withRetryDelay(
      () => Promise.reject(new TransientError("busy")),
      async () => {},
    );
    const context = new InvocationContext({ triggerMetadata: { deliveryCount: 1 } });
    await expect(run({}, context)).rejects.toThrow("busy");
  });
});
