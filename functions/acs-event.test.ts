import { InvocationContext } from "@azure/functions";
import { beforeEach, describe, expect, it } from "vitest";
import { TransientError } from "../shared/kernel/errors.ts";
import { type Fakes, makeFakes } from "../tests/fakes/fakes.ts";
import { sampleText } from "../tests/fakes/sample-text.ts";
import { makeAcsEvent } from "./acs-event.ts";
import { makeProviderEvents } from "./provider-events.ts";

const TEXT = { id: "1", received: sampleText() };
const REPORT = {
  id: "2",
  report: { provider: "acs", providerMessageId: "unknown", outcome: "delivered", reportedAt: sampleText().receivedAt },
};

let fakes: Fakes;
let warnings: string[];
beforeEach(() => {
  fakes = makeFakes();
  warnings = [];
});

const contextOf = () =>
  new InvocationContext({
    triggerMetadata: { deliveryCount: 1 },
    logHandler: (level, line) => void (level === "warning" && warnings.push(String(line))),
  });

const deliver = async (source: "sms-received" | "sms-delivery-report", event: unknown): Promise<void> => {
  await makeAcsEvent(() => fakes, source)(event as never, contextOf());
};

/** Every call of these ports fails. */
const breakPorts = (...prefixes: readonly string[]): void => {
  fakes.hooks.before = (operation) => {
    if (prefixes.some((prefix) => operation.startsWith(prefix))) throw new TransientError("the store is down");
  };
};

describe("an event of Azure Communication Services", () => {
  it("is processed, and not queued", async () => {
    await deliver("sms-received", TEXT);
    expect(fakes.conversations.all()).toHaveLength(1);
    expect(fakes.providerEvents.kept).toEqual([]);
  });

  it("with a text is queued while a store is down, and processed from the queue", async () => {
    breakPorts("messages.");
    await deliver("sms-received", TEXT);
    expect(fakes.messages.all()).toEqual([]);
    expect(warnings).toEqual(["sms-received event of acs queued: the store is down"]);
    fakes.hooks.before = undefined;
    const [body] = fakes.providerEvents.kept;
    await makeProviderEvents(() => fakes)(body, contextOf());
    expect(fakes.messages.all()).toMatchObject([{ text: sampleText().text }]);
  });

  it("with a text goes back to Event Grid while the broker is down too", async () => {
    breakPorts("messages.", "providerEvents.");
    await expect(deliver("sms-received", TEXT)).rejects.toThrow(TransientError);
  });

  it("with a report that came before its send goes back to Event Grid", async () => {
    await expect(deliver("sms-delivery-report", REPORT)).rejects.toThrow(TransientError);
    expect(fakes.providerEvents.kept).toEqual([]);
  });

  it("is not queued when the app has a defect: Event Grid redelivers it", async () => {
    fakes.hooks.before = () => {
      throw new TypeError("a defect");
    };
    await expect(deliver("sms-received", TEXT)).rejects.toThrow(TypeError);
    expect(fakes.providerEvents.kept).toEqual([]);
  });
});
