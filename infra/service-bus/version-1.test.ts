import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dispatchRequestSchema, outboundRequestSchema, workItemSchema } from "../../shared/kernel/jobs.ts";
import { startBus } from "../../tests/contracts/service-bus.ts";
import { Encryptor } from "../crypto/encryptor.ts";
import type { QueueName } from "./queues.ts";
import { ServiceBusProviderEvents } from "./service-bus-provider-events.ts";

/** The bodies of messages that version 0.1.0 sent. They may still be queued when the app is updated. */
const BODIES = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../tests/fixtures/queue-bodies-v1.json"), "utf8"),
) as Readonly<Record<QueueName, unknown>>;
const KEY = Buffer.alloc(32, 7);
const THREAD_ID = "515234aedefcd2e2f7c38a2c";

describe("a message of version 0.1.0", () => {
  it("is read from the queue of work items", () => {
    expect(workItemSchema.parse(BODIES["work-items"])).toEqual(BODIES["work-items"]);
  });

  it("is read from the queue of dispatches, without its cause", () => {
    expect(dispatchRequestSchema.parse(BODIES.dispatch)).toEqual({
      queueId: "support",
      entry: `${THREAD_ID}.1@2026-11-26T22:00:00.000Z`,
    });
  });

  it("is read from the queue of outbound texts", () => {
    expect(outboundRequestSchema.parse(BODIES["outbound-sms"])).toEqual(BODIES["outbound-sms"]);
  });

  it("is decrypted and read from the queue of provider events", async () => {
    const { senders } = await startBus();
    const events = new ServiceBusProviderEvents(senders, new Encryptor(KEY, "provider events"));
    expect(events.open(BODIES["provider-events"])).toMatchObject({
      provider: "twilio",
      source: "sms-received",
      event: { receivedAt: "2026-11-26T22:00:00.000Z", parameters: { From: "+14255550123", Body: "My tent leaks." } },
    });
  });
});
