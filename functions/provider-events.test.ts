import { InvocationContext } from "@azure/functions";
import { describe, expect, it } from "vitest";
import { QUEUES } from "../infra/service-bus/queues.ts";
import { TransientError } from "../shared/kernel/errors.ts";
import { type Fakes, makeFakes } from "../tests/fakes/fakes.ts";
import { sampleText } from "../tests/fakes/sample-text.ts";
import { makeProviderEvents } from "./provider-events.ts";

const { maxDeliveries } = QUEUES["provider-events"];
const told = { provider: "acs", source: "sms-received", event: { id: "1", received: sampleText() } } as const;

const deliver = async (fakes: Fakes, body: unknown, deliveryCount: number): Promise<void> => {
  const context = new InvocationContext({ triggerMetadata: { deliveryCount }, logHandler: () => {} });
  await makeProviderEvents(() => fakes, maxDeliveries)(body, context);
};

describe("an event that a provider's call told of", () => {
  it("is taken in, once, however often it is handed over", async () => {
    const fakes = makeFakes();
    await deliver(fakes, told, 1);
    await deliver(fakes, told, 2);
    expect(fakes.messages.all()).toHaveLength(1);
    expect(fakes.providerEvents.kept).toEqual([]);
  });

  it("is quarantined when nothing can be made of it", async () => {
    const fakes = makeFakes();
    await deliver(fakes, { ...told, event: { id: "1" } }, 1);
    expect(fakes.quarantine.all()).toMatchObject([{ provider: "acs", reason: "unreadable" }]);
  });

  it("is handed over again while a store is unavailable, and kept anew at the last delivery", async () => {
    const fakes = makeFakes();
    fakes.hooks.before = (operation) => {
      if (operation.startsWith("messages.")) throw new TransientError("down");
    };
    await expect(deliver(fakes, told, maxDeliveries - 1)).rejects.toThrow(TransientError);
    expect(fakes.providerEvents.kept).toEqual([]);
    await deliver(fakes, told, maxDeliveries);
    expect(fakes.providerEvents.kept).toMatchObject([{ afterSeconds: 300 }]);
    fakes.hooks.before = undefined;
    await deliver(fakes, fakes.providerEvents.kept[0]?.body, 1);
    expect(fakes.messages.all()).toHaveLength(1);
  });

  it("is dead-lettered when it was not kept by this app, or cannot be kept anew", async () => {
    const fakes = makeFakes();
    await expect(deliver(fakes, { sealed: "by somebody else" }, maxDeliveries)).rejects.toThrow();
    fakes.hooks.before = () => {
      throw new TransientError("down");
    };
    await expect(deliver(fakes, told, maxDeliveries)).rejects.toThrow(TransientError);
  });
});
