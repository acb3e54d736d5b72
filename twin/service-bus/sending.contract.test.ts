import { describe, expect, it } from "vitest";
import { onAzure, openBus, openTwin, receive, receiveOne } from "./testing/test-bus.ts";

const MINUTE_MS = 60_000;

describe("sending", () => {
  it("delivers the messages of an array in order, with their bodies", async () => {
    const { client, queue } = await openBus();
    const bodies = ["text", 7, { nested: ["a", null] }];
    await client.createSender(queue).sendMessages(bodies.map((body) => ({ body })));
    const received = await receive(client.createReceiver(queue), 3);
    expect(received.map((message) => message.body)).toEqual(bodies);
  });

  it("delivers every message of a full batch", async () => {
    const { client, queue } = await openBus();
    const sender = client.createSender(queue);
    const batch = await sender.createMessageBatch();
    while (batch.tryAddMessage({ body: "x".repeat(10_000) }));
    await sender.sendMessages(batch);
    const receiver = client.createReceiver(queue, { receiveMode: "receiveAndDelete" });
    expect(await receive(receiver, batch.count)).toHaveLength(batch.count);
    expect(batch.maxSizeInBytes).toBeGreaterThanOrEqual(256 * 1024);
  });

  it("delivers system and application properties unchanged", async () => {
    const { client, queue } = await openBus();
    const message = {
      body: { x: 1 },
      messageId: "id-1",
      correlationId: "correlation-1",
      subject: "subject",
      contentType: "application/json",
      replyTo: "reply-to",
      to: "to",
      timeToLive: MINUTE_MS,
      applicationProperties: { text: "a", integer: 1, negative: -300, double: 1.5, long: 2 ** 40, boolean: true },
    };
    await client.createSender(queue).sendMessages(message);
    expect(await receiveOne(client.createReceiver(queue))).toMatchObject(message);
  });

  it("assigns an id to a message without one", async () => {
    const { client, queue } = await openBus();
    await client.createSender(queue).sendMessages({ body: 1 });
    expect((await receiveOne(client.createReceiver(queue))).messageId).toEqual(expect.stringMatching(/./));
  });

  it("delivers a message of 200 KB, which takes several frames", async () => {
    const { client, queue } = await openBus();
    const body = "y".repeat(200 * 1024);
    await client.createSender(queue).sendMessages({ body });
    expect((await receiveOne(client.createReceiver(queue))).body).toBe(body);
  });

  it("rejects a message over the size limit", async () => {
    const { client, queue } = await openBus();
    const sent = client.createSender(queue).sendMessages({ body: "y".repeat(1024 * 1024) });
    await expect(sent).rejects.toMatchObject({ code: "MessageSizeExceeded" });
  });

  it("silently drops a message with a repeated id", async () => {
    const { client, queue } = await openBus({ duplicateDetectionWindowSeconds: 600 });
    const sender = client.createSender(queue);
    await sender.sendMessages({ body: "first", messageId: "same" });
    await sender.sendMessages([
      { body: "repeated", messageId: "same" },
      { body: "other", messageId: "other" },
    ]);
    const received = await receive(client.createReceiver(queue, { receiveMode: "receiveAndDelete" }), 2);
    expect(received.map((message) => message.body)).toEqual(["first", "other"]);
  });

  it.skipIf(onAzure)("accepts a repeated id after the duplicate detection window", async () => {
    const { client, queue, clock } = await openTwin({ duplicateDetectionWindowSeconds: 600 });
    const sender = client.createSender(queue);
    await sender.sendMessages({ body: "first", messageId: "same" });
    clock.advance(10 * MINUTE_MS);
    await sender.sendMessages({ body: "later", messageId: "same" });
    expect(await receive(client.createReceiver(queue), 2)).toHaveLength(2);
  });

  it("fails on an unknown queue", async () => {
    const { client } = await openBus();
    const notFound = { code: "MessagingEntityNotFound" };
    await expect(client.createSender("unknown").sendMessages({ body: 1 })).rejects.toMatchObject(notFound);
    await expect(client.createReceiver("unknown").receiveMessages(1)).rejects.toMatchObject(notFound);
    await expect(client.createReceiver("unknown").peekMessages(1)).rejects.toMatchObject(notFound);
  });
});
