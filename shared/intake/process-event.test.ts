import { describe, expect, it } from "vitest";
import type { FakeEvent } from "../../tests/fakes/fake-provider.ts";
import { type Fakes, makeFakes } from "../../tests/fakes/fakes.ts";
import { sampleChannel, sampleCompany } from "../../tests/fakes/sample-organisation.ts";
import { sampleText } from "../../tests/fakes/sample-text.ts";
import { storeReply } from "../../tests/fakes/stored-reply.ts";
import { TransientError } from "../kernel/errors.ts";
import { addSeconds } from "../kernel/instant.ts";
import { tagOf } from "../sending/message-tag.ts";
import type { DeliveryReport } from "../sms/provider.ts";
import { processEvent } from "./process-event.ts";

const textEvent: FakeEvent = { id: "event-1", received: sampleText() };

const receive = (fakes: Fakes, event: unknown) =>
  processEvent(fakes, { provider: "acs", source: "sms-received", event });
const report = (fakes: Fakes, event: unknown) =>
  processEvent(fakes, { provider: "acs", source: "sms-delivery-report", event });

/** The only event in quarantine. */
const quarantined = (fakes: Fakes) => {
  const entries = fakes.quarantine.all();
  const [entry] = entries;
  if (!entry || entries.length > 1) throw new Error(`${entries.length} events are in quarantine`);
  return entry;
};

describe("processEvent", () => {
  it("processes a text and quarantines nothing", async () => {
    const fakes = makeFakes();
    const outcome = await receive(fakes, textEvent);
    const [{ id, threadId, conversationId } = expect.fail()] = fakes.messages.all();
    expect(outcome).toEqual({ kind: "processed", about: { threadId, conversationId, messageId: id } });
    expect(fakes.conversations.all()).toMatchObject([{ id: conversationId }]);
    expect(fakes.quarantine.all()).toEqual([]);
  });

  it.each([{ id: "event-1" }, {}, null, "text", 42, ["a"], { id: "", data: null }])(
    "quarantines %j whole, as unreadable, with the invalid members",
    async (event) => {
      const fakes = makeFakes();
      expect(await receive(fakes, event)).toEqual({ kind: "quarantined", reason: "unreadable" });
      expect(quarantined(fakes)).toMatchObject({
        source: "sms-received",
        reason: "unreadable",
        detail: "received: missing",
        original: event,
        quarantinedAt: fakes.now(),
      });
    },
  );

  it.each([
    ["unknown-channel", { channels: [] }],
    ["channel-disabled", { channels: [sampleChannel({ enabled: false })] }],
    ["sms-disabled", { organisation: sampleCompany({ smsEnabled: false }) }],
  ] as const)("quarantines a text that cannot be processed: %s", async (reason, some) => {
    const fakes = makeFakes(some);
    expect(await receive(fakes, textEvent)).toEqual({ kind: "quarantined", reason });
    expect(quarantined(fakes)).toMatchObject({ reason, original: textEvent });
    expect(fakes.messages.all()).toEqual([]);
  });

  it("quarantines an event once, however often it is delivered", async () => {
    const fakes = makeFakes({ channels: [] });
    await receive(fakes, textEvent);
    fakes.clock.advance(60);
    await receive(fakes, textEvent);
    expect(quarantined(fakes).quarantinedAt).toBe(addSeconds(fakes.now(), -60));
    await receive(fakes, { ...textEvent, id: "event-2" });
    expect(fakes.quarantine.all()).toHaveLength(2);
  });

  it("quarantines a report about an unknown message", async () => {
    const fakes = makeFakes();
    const unknown: DeliveryReport = {
      provider: "acs",
      providerMessageId: "unknown",
      outcome: "delivered",
      reportedAt: addSeconds(fakes.now(), -3600),
    };
    const event: FakeEvent = { id: "event-1", report: unknown };
    expect(await report(fakes, event)).toEqual({ kind: "quarantined", reason: "unknown-message" });
    expect(quarantined(fakes)).toMatchObject({ source: "sms-delivery-report", original: event });
  });

  it("returns the reply that a report marks as failed", async () => {
    const fakes = makeFakes();
    const { threadId, messageId } = await storeReply(fakes);
    const failed: DeliveryReport = {
      provider: "acs",
      providerMessageId: "provider-1",
      tag: tagOf(threadId, messageId),
      outcome: "failed",
      failure: "handset-unreachable",
      reportedAt: fakes.now(),
    };
    const failedReply = { messageId, failure: "handset-unreachable" };
    expect(await report(fakes, { id: "event-1", report: failed })).toMatchObject({ kind: "processed", failedReply });
    expect(fakes.quarantine.all()).toEqual([]);
  });

  it("quarantines an unreadable report, with the invalid members", async () => {
    const fakes = makeFakes();
    expect(await report(fakes, { id: "event-1" })).toEqual({ kind: "quarantined", reason: "unreadable" });
    expect(quarantined(fakes)).toMatchObject({ source: "sms-delivery-report", detail: "report: missing" });
  });

  it("quarantines an event that is undefined under another id than an empty one", async () => {
    const fakes = makeFakes();
    await receive(fakes, undefined);
    await receive(fakes, {});
    const ids = fakes.quarantine.all().map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
  });

  it("fails when the app is not set up for the provider, so that the event is redelivered", async () => {
    const event = { provider: "acme", source: "sms-received" as const, event: textEvent };
    await expect(processEvent(makeFakes(), event)).rejects.toThrow(TransientError);
  });

  it("lets an error escape, so that the event is redelivered", async () => {
    const fakes = makeFakes();
    fakes.hooks.before = (operation) => {
      if (operation === "messages.create") throw new Error("the store is down");
    };
    await expect(receive(fakes, textEvent)).rejects.toThrow("the store is down");
    expect(fakes.quarantine.all()).toEqual([]);
  });
});
