import { InvocationContext } from "@azure/functions";
import { describe, expect, it, vi } from "vitest";
import { QUEUES } from "../infra/service-bus/queues.ts";
import { PermanentError, TransientError } from "../shared/kernel/errors.ts";
import { type Fakes, makeFakes } from "../tests/fakes/fakes.ts";
import { sampleText } from "../tests/fakes/sample-text.ts";
import { makeProviderEvents } from "./provider-events.ts";

const { maxDeliveries } = QUEUES["provider-events"];
const event = { provider: "acs", source: "sms-received", event: { id: "1", received: sampleText() } } as const;

const deliver = async (fakes: Fakes, body: unknown, deliveryCount: number): Promise<void> => {
  const context = new InvocationContext({ triggerMetadata: { deliveryCount }, logHandler: () => {} });
  await makeProviderEvents(() => fakes, maxDeliveries)(body, context);
};

describe("provider-events", () => {
  it("processes an event once, however often it is delivered", async () => {
    const fakes = makeFakes();
    await deliver(fakes, event, 1);
    await deliver(fakes, event, 2);
    expect(fakes.messages.all()).toHaveLength(1);
    expect(fakes.providerEvents.kept).toEqual([]);
  });

  it("quarantines an event that cannot be parsed", async () => {
    const fakes = makeFakes();
    await deliver(fakes, { ...event, event: { id: "1" } }, 1);
    expect(fakes.quarantine.all()).toMatchObject([{ provider: "acs", reason: "unreadable" }]);
  });

  it("has the event redelivered while a store is unavailable, and re-queues it on the last delivery", async () => {
    const fakes = makeFakes();
    fakes.hooks.before = (operation) => {
      if (operation.startsWith("messages.")) throw new TransientError("down");
    };
    await expect(deliver(fakes, event, maxDeliveries - 1)).rejects.toThrow(TransientError);
    expect(fakes.providerEvents.kept).toEqual([]);
    await deliver(fakes, event, maxDeliveries);
    expect(fakes.providerEvents.kept).toMatchObject([{ afterSeconds: 300 }]);
    fakes.hooks.before = undefined;
    await deliver(fakes, fakes.providerEvents.kept[0]?.body, 1);
    expect(fakes.messages.all()).toHaveLength(1);
  });

  it.each([1, maxDeliveries])("has a body that this app did not write dead-lettered: delivery %i", async (n) => {
    await expect(deliver(makeFakes(), { sealed: "by another app" }, n)).rejects.toThrow(PermanentError);
  });

  it("throws the TransientError of the broker when the event cannot be re-queued", async () => {
    const fakes = makeFakes();
    fakes.hooks.before = () => {
      throw new TransientError("down");
    };
    await expect(deliver(fakes, event, maxDeliveries)).rejects.toThrow(TransientError);
  });

  it("lets a defect escape on the last delivery too, and does not re-queue the event", async () => {
    const fakes = makeFakes();
    vi.spyOn(fakes.provider, "parseReceived").mockImplementation(() => {
      throw new TypeError("a defect");
    });
    await expect(deliver(fakes, event, maxDeliveries)).rejects.toThrow(TypeError);
    expect(fakes.providerEvents.kept).toEqual([]);
  });
});
