import { describe, expect, it } from "vitest";
import { onAzure, openBus, openTwin, receive, receiveOne } from "./testing/test-bus.ts";

const MINUTE_MS = 60_000;

describe("sending", () => {
  it("delivers the messages of an array in their order, with their bodies", async () => {
    const { client, queue } = await openBus();
    const bodies = ["text", 7, { nested: ["a", null] }];
    await client.createSender(queue).sendMessages(bodies.map((body) => ({ body })));
    const received = await receive(client.createReceiver(queue), 3);
    expect(received.map((message) => message.body)).toEqual(bodies);
  });

  it("delivers every message of a batch that was filled to its limit", async () => {
    const { client, queue } = await openBus();
    const sender = client.createSender(queue);
    const batch = await sender.createMessageBatch();
    while (batch.tryAddMessage({ body: "x".repeat(10_000) }));
    await sender.sendMessages(batch);
    const receiver = client.createReceiver(queue, { receiveMode: "receiveAndDelete" });
    expect(await receive(receiver, batch.count)).toHaveLength(batch.count);
    expect(batch.maxSizeInBytes).toBeGreaterThanOrEqual(256 * 1024);
  });

  it("carries properties, system and application, unchanged", async () => {
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
      applicationProperties: { text: "a", whole: 1, negative: -300, fraction: 1.5, big: 2 ** 40, yes: true },
    };
    await client.createSender(queue).sendMessages(message);
    expect(await receiveOne(client.createReceiver(queue))).toMatchObject(message);
  });

  it("gives a message without an id one", async () => {
    const { client, queue } = await openBus();
    await client.createSender(queue).sendMessages({ body: 1 });
    expect((await receiveOne(client.createReceiver(queue))).messageId).toEqual(expect.stringMatching(/./));
  });

  it("carries 200 KB, which take several frames", async () => {
    const { client, queue } = await openBus();
    const body = "y".repeat(200 * 1024);
    await client.createSender(queue).sendMessages({ body });
    expect((await receiveOne(client.createReceiver(queue))).body).toBe(body);
  });

  it("refuses a message over the limit", async () => {
    const { client, queue } = await openBus();
    const sent = client.createSender(queue).sendMessages({ body: "y".repeat(1024 * 1024) });
    await expect(sent).rejects.toMatchObject({ code: "MessageSizeExceeded" });
  });

  it("drops a repeated message id silently", async () => {
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

  it.skipIf(onAzure)("accepts a message id again when the duplicate window is over", async () => {
    const { client, queue, clock } = await openTwin({ duplicateDetectionWindowSeconds: 600 });
    const sender = client.createSender(queue);
    await sender.sendMessages({ body: "first", messageId: "same" });
    clock.advance(10 * MINUTE_MS);
    await sender.sendMessages({ body: "later", messageId: "same" });
    expect(await receive(client.createReceiver(queue), 2)).toHaveLength(2);
  });

  it("knows no queue but its own", async () => {
    const { client } = await openBus();
    const notFound = { code: "MessagingEntityNotFound" };
    await expect(client.createSender("nowhere").sendMessages({ body: 1 })).rejects.toMatchObject(notFound);
    await expect(client.createReceiver("nowhere").receiveMessages(1)).rejects.toMatchObject(notFound);
    await expect(client.createReceiver("nowhere").peekMessages(1)).rejects.toMatchObject(notFound);
  });
});
