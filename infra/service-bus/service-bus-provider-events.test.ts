import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { ProviderEvent } from "../../shared/intake/provider-events.ts";
import { PermanentError, TransientError } from "../../shared/kernel/errors.ts";
import { startBus } from "../../tests/contracts/service-bus.ts";
import { Encryptor } from "../crypto/encryptor.ts";
import { ServiceBusProviderEvents } from "./service-bus-provider-events.ts";

const event: ProviderEvent = {
  provider: "twilio",
  source: "sms-received",
  event: { Body: "My tent leaks. ⛺", From: "+14255550123" },
};
const secret = randomBytes(32);

const start = async () => {
  const bus = await startBus();
  const make = (key = secret) => new ServiceBusProviderEvents(bus.senders, new Encryptor(key, "test"));
  return { ...bus, make };
};

describe("provider events in Service Bus", () => {
  it("opens what it enqueued, also in another process, and shows neither text nor number in the queue", async () => {
    const { make, receiveAll } = await start();
    await make().enqueue(event);
    const [message, ...others] = await receiveAll("provider-events");
    expect(others).toEqual([]);
    expect(JSON.stringify([message?.body, message?.messageId])).not.toMatch(/tent|4255550123/);
    expect(make().open(message?.body)).toEqual(event);
  });

  it("sends an event under the trace of its sender", async () => {
    const { senders, receiveAll } = await start();
    const traceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    await new ServiceBusProviderEvents(senders, new Encryptor(secret, "test"), traceParent).enqueue(event);
    const [message] = await receiveAll("provider-events");
    expect(message?.applicationProperties).toEqual({ "Diagnostic-Id": traceParent });
  });

  it.each([undefined, {}, "sealed", { sealed: "" }, { sealed: "AAAA" }])("refuses any other body: %j", async (body) => {
    const { make } = await start();
    expect(() => make().open(body)).toThrow(PermanentError);
  });

  it("refuses an event that another app enqueued", async () => {
    const { make, receiveAll } = await start();
    await make(randomBytes(32)).enqueue(event);
    const [message] = await receiveAll("provider-events");
    expect(() => make().open(message?.body)).toThrow(PermanentError);
  });

  it("throws a TransientError when the broker is unavailable", async () => {
    const { bus, make } = await start();
    await bus.stop();
    await expect(make().enqueue(event)).rejects.toThrow(TransientError);
  });
});
