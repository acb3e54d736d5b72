import { describe, expect, it, vi } from "vitest";
import {
  onAzure,
  openBus,
  openTwin,
  receive,
  receiveAvailable,
  receiveOne,
  sequenceNumberOf,
} from "./testing/test-bus.ts";

const MINUTE_MS = 60_000;

describe("receiving under a lock", () => {
  it("redelivers an abandoned message and dead-letters it after its last delivery", async () => {
    const { client, queue } = await openBus({ maxDeliveryCount: 3 });
    await client.createSender(queue).sendMessages({ body: "poison" });
    const receiver = client.createReceiver(queue);
    const counts: (number | undefined)[] = [];
    for (let attempt = 0; attempt < 3; attempt++) {
      const message = await receiveOne(receiver);
      counts.push(message.deliveryCount);
      await receiver.abandonMessage(message, { attempt });
    }
    expect(counts).toEqual([0, 1, 2]);
    const dead = await receiveOne(client.createReceiver(queue, { subQueueType: "deadLetter" }));
    expect(dead).toMatchObject({
      body: "poison",
      deadLetterReason: "MaxDeliveryCountExceeded",
      applicationProperties: { attempt: 2 },
    });
  });

  it("dead-letters a message with reason, description and properties", async () => {
    const { client, queue } = await openBus();
    await client.createSender(queue).sendMessages({ body: "bad", applicationProperties: { kept: "yes" } });
    const receiver = client.createReceiver(queue);
    await receiver.deadLetterMessage(await receiveOne(receiver), {
      deadLetterReason: "invalid",
      deadLetterErrorDescription: "The order is unknown.",
      attempts: 7,
    });
    const deadLetters = client.createReceiver(queue, { subQueueType: "deadLetter" });
    const dead = await receiveOne(deadLetters);
    expect(dead).toMatchObject({
      deadLetterReason: "invalid",
      deadLetterErrorDescription: "The order is unknown.",
      applicationProperties: { kept: "yes", attempts: 7 },
    });
    await deadLetters.completeMessage(dead);
    expect(await receiveAvailable(deadLetters)).toEqual([]);
  });

  it.skipIf(onAzure)("redelivers a message when its lock expires, and rejects a late settlement", async () => {
    const { client, queue, clock } = await openTwin();
    await client.createSender(queue).sendMessages({ body: 1 });
    const receiver = client.createReceiver(queue);
    const late = await receiveOne(receiver);
    clock.advance(MINUTE_MS);
    await expect(receiver.completeMessage(late)).rejects.toMatchObject({ code: "MessageLockLost" });
    expect(await receiveOne(receiver)).toMatchObject({ body: 1, deliveryCount: 1 });
  });

  it.skipIf(onAzure)("keeps a message locked while its lock is renewed in time", async () => {
    const { client, queue, clock } = await openTwin();
    await client.createSender(queue).sendMessages({ body: 1 });
    const receiver = client.createReceiver(queue);
    const message = await receiveOne(receiver);
    clock.advance(40_000);
    const lockedUntil = await receiver.renewMessageLock(message);
    clock.advance(40_000);
    await receiver.completeMessage(message);
    expect(lockedUntil.getTime()).toBeGreaterThan(clock.now());
  });

  it("lets the SDK renew locks automatically while a handler runs", async () => {
    const { client, queue } = await openBus({ lockDurationSeconds: onAzure ? 5 : 3 });
    await client.createSender(queue).sendMessages({ body: 1 });
    const receiver = client.createReceiver(queue);
    const message = await receiveOne(receiver);
    const firstExpiry = Number(message.lockedUntilUtc);
    await vi.waitFor(() => expect(Number(message.lockedUntilUtc)).toBeGreaterThan(firstExpiry), 10_000);
    await receiver.completeMessage(message);
  });

  it("delivers a deferred message only by its sequence number", async () => {
    const { client, queue } = await openBus();
    await client.createSender(queue).sendMessages([{ body: "deferred" }, { body: "next" }]);
    const receiver = client.createReceiver(queue);
    const message = await receiveOne(receiver);
    await receiver.deferMessage(message);
    expect((await receiveOne(receiver)).body).toBe("next");
    const [deferred] = await receiver.receiveDeferredMessages(sequenceNumberOf(message));
    expect(deferred).toMatchObject({ body: "deferred", state: "deferred" });
    if (deferred) await receiver.completeMessage(deferred);
    const repeated = receiver.receiveDeferredMessages(sequenceNumberOf(message));
    await expect(repeated).rejects.toMatchObject({ code: "MessageNotFound" });
  });

  it("settles a message after its receiver was closed", async () => {
    const { client, queue } = await openBus();
    await client.createSender(queue).sendMessages({ body: 1 });
    const receiver = client.createReceiver(queue);
    const message = await receiveOne(receiver);
    await receiver.close();
    const other = client.createReceiver(queue);
    expect(await receiveAvailable(other)).toEqual([]);
    await other.abandonMessage(message);
    expect(await receiveOne(other)).toMatchObject({ body: 1, deliveryCount: 1 });
  });

  it("completes a receive that finds no message, and delivers the next message", async () => {
    const { client, queue } = await openBus();
    const receiver = client.createReceiver(queue);
    expect(await receiveAvailable(receiver)).toEqual([]);
    await client.createSender(queue).sendMessages({ body: "after" });
    expect((await receiveOne(receiver)).body).toBe("after");
  });

  it("removes messages as they are delivered in receive-and-delete mode", async () => {
    const { client, queue } = await openBus();
    await client.createSender(queue).sendMessages([{ body: 1 }, { body: 2 }]);
    const receiver = client.createReceiver(queue, { receiveMode: "receiveAndDelete" });
    expect(await receive(receiver, 2)).toHaveLength(2);
    expect(await receiver.peekMessages(10)).toEqual([]);
  });

  it("delivers each message to one of several receivers", async () => {
    const { client, queue, connect } = await openBus();
    const bodies = Array.from({ length: 60 }, (_, i) => i);
    const seen: unknown[] = [];
    for (const receivingClient of [client, connect(), connect()]) {
      receivingClient.createReceiver(queue).subscribe({
        processMessage: async (message) => void seen.push(message.body),
        processError: async () => {},
      });
    }
    await client.createSender(queue).sendMessages(bodies.map((body) => ({ body })));
    await vi.waitFor(() => expect(seen.length).toBeGreaterThanOrEqual(60), 10_000);
    expect(seen.toSorted((a, b) => Number(a) - Number(b))).toEqual(bodies);
  });

  it("delivers more messages on one link than rhea's delivery buffer holds", async () => {
    const { client, queue } = await openBus();
    const sender = client.createSender(queue);
    const batch = Array.from({ length: 500 }, () => ({ body: 1 }));
    for (let sent = 0; sent < 2500; sent += batch.length) await sender.sendMessages(batch);
    let handled = 0;
    const processMessage = async () => {
      handled += 1;
    };
    const subscription = client
      .createReceiver(queue)
      .subscribe({ processMessage, processError: async () => {} }, { maxConcurrentCalls: 50 });
    await vi.waitFor(() => expect(handled).toBe(2500), 25_000);
    await subscription.close();
  });

  it("redelivers a message whose handler throws", async () => {
    const { client, queue } = await openBus();
    await client.createSender(queue).sendMessages({ body: 1 });
    const counts: unknown[] = [];
    const processMessage = async ({ deliveryCount }: { deliveryCount?: number }) => {
      counts.push(deliveryCount);
      if (counts.length < 3) throw new Error("not yet");
    };
    const subscription = client.createReceiver(queue).subscribe({ processMessage, processError: async () => {} });
    await vi.waitFor(() => expect(counts).toEqual([0, 1, 2]), 10_000);
    await subscription.close();
    expect(await receiveAvailable(client.createReceiver(queue))).toEqual([]);
  });

  it.skipIf(onAzure)("dead-letters a message that expires", async () => {
    const { client, queue, clock } = await openTwin({ deadLetterOnExpiration: true });
    await client.createSender(queue).sendMessages({ body: 1, timeToLive: MINUTE_MS });
    clock.advance(MINUTE_MS);
    const dead = await receiveOne(client.createReceiver(queue, { subQueueType: "deadLetter" }));
    expect(dead.deadLetterReason).toBe("TTLExpiredException");
  });
});
