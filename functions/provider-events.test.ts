import { InvocationContext } from "@azure/functions";
import { describe, expect, it, vi } from "vitest";
import { PermanentError, TransientError } from "../shared/kernel/errors.ts";
import { type Fakes, makeFakes } from "../tests/fakes/fakes.ts";
import { sampleText } from "../tests/fakes/sample-text.ts";
import { makeProviderEvents } from "./provider-events.ts";

const event = { provider: "acs", source: "sms-received", event: { id: "1", received: sampleText() } } as const;

const deliver = (fakes: Fakes, body: unknown) =>
  makeProviderEvents(() => fakes)(body, new InvocationContext({ logHandler: () => {} }));

describe("provider-events", () => {
  it("processes an event once, however often it is delivered", async () => {
    const fakes = makeFakes();
    await deliver(fakes, event);
    await deliver(fakes, event);
    expect(fakes.messages.all()).toHaveLength(1);
  });

  it("quarantines an event that cannot be parsed", async () => {
    const fakes = makeFakes();
    await deliver(fakes, { ...event, event: { id: "1" } });
    expect(fakes.quarantine.all()).toMatchObject([{ provider: "acs", reason: "unreadable" }]);
  });

  it("has the event delivered again while a store is unavailable", async () => {
    const fakes = makeFakes();
    fakes.hooks.before = (operation) => {
      if (operation.startsWith("messages.")) throw new TransientError("down");
    };
    await expect(deliver(fakes, event)).rejects.toThrow(TransientError);
    fakes.hooks.before = undefined;
    await deliver(fakes, event);
    expect(fakes.messages.all()).toHaveLength(1);
  });

  it("refuses a body that this app did not write", async () => {
    await expect(deliver(makeFakes(), { sealed: "by another app" })).rejects.toThrow(PermanentError);
  });

  it("lets a defect escape", async () => {
    const fakes = makeFakes();
    vi.spyOn(fakes.provider, "parseReceived").mockImplementation(() => {
      throw new TypeError("a defect");
    });
    await expect(deliver(fakes, event)).rejects.toThrow(TypeError);
  });
});
