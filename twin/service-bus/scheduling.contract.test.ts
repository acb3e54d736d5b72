import { describe, expect, it } from "vitest";
import { onAzure, openBus, openTwin, receive, receiveAvailable, receiveOne } from "./testing/test-bus.ts";

const MINUTE_MS = 60_000;

describe("scheduling", () => {
  it.skipIf(onAzure)("delivers a message at its scheduled time, not before", async () => {
    const { client, queue, clock } = await openTwin();
    const sender = client.createSender(queue);
    const inAMinute = new Date(clock.now() + MINUTE_MS);
    await sender.sendMessages({ body: "by property", scheduledEnqueueTimeUtc: inAMinute });
    await sender.scheduleMessages({ body: "by request" }, inAMinute);
    const receiver = client.createReceiver(queue);
    expect((await receiver.peekMessages(10)).map((message) => message.state)).toEqual(["scheduled", "scheduled"]);
    expect(await receiveAvailable(receiver)).toEqual([]);
    clock.advance(MINUTE_MS);
    const received = await receive(receiver, 2);
    expect(received.map((message) => message.body)).toEqual(["by property", "by request"]);
  });

  it("removes a scheduled message that is cancelled", async () => {
    const { client, queue } = await openBus();
    const sender = client.createSender(queue);
    const tomorrow = new Date(Date.now() + 24 * 60 * MINUTE_MS);
    const [first, second] = await sender.scheduleMessages([{ body: 1 }, { body: 2 }], tomorrow);
    if (first) await sender.cancelScheduledMessages(first);
    const remaining = await client.createReceiver(queue).peekMessages(10);
    expect(remaining.map((message) => message.sequenceNumber)).toEqual([second]);
    if (first) await expect(sender.cancelScheduledMessages(first)).rejects.toMatchObject({ code: "MessageNotFound" });
  });

  it("peeks at messages in all states without changing them", async () => {
    const { client, queue } = await openBus();
    const sender = client.createSender(queue);
    await sender.sendMessages([{ body: "deferred" }, { body: "active" }]);
    await sender.scheduleMessages({ body: "scheduled" }, new Date(Date.now() + 24 * 60 * MINUTE_MS));
    const receiver = client.createReceiver(queue);
    await receiver.deferMessage(await receiveOne(receiver));
    const peeked = await receiver.peekMessages(10);
    expect(peeked.map(({ body, state }) => [body, state])).toEqual([
      ["deferred", "deferred"],
      ["active", "active"],
      ["scheduled", "scheduled"],
    ]);
    expect((await receiveOne(receiver)).body).toBe("active");
  });
});
