import { ServiceBusClient } from "@azure/service-bus";
import { describe, expect, it, vi } from "vitest";
import { TwinClock } from "../clock.ts";
import { ServiceBus } from "./service-bus.ts";
import { openTwin, receive, receiveAvailable, receiveOne } from "./testing/test-bus.ts";

const MINUTE_MS = 60_000;

/** Retries soon, as an application would that is not in a test. */
const RETRYING = { retryOptions: { maxRetries: 10, retryDelayInMs: 20, timeoutInMs: 1000 } };

describe("start and stop", () => {
  it("says which port is taken", async () => {
    const { bus } = await openTwin();
    const port = Number(/:(\d+);/.exec(bus.connectionString)?.[1]);
    const second = new ServiceBus({ clock: new TwinClock(), queues: [] });
    await expect(second.start(port)).rejects.toThrow(`127.0.0.1:${port}: the port is taken`);
  });

  it("goes on with its messages, and its clients, after a stop and a start on the same port", async () => {
    const { bus, queue, connect } = await openTwin();
    const client = connect(RETRYING);
    const sender = client.createSender(queue);
    await sender.sendMessages({ body: "before" });
    const port = Number(/:(\d+);/.exec(bus.connectionString)?.[1]);
    await bus.stop();
    await bus.start(port);
    await sender.sendMessages({ body: "after" });
    const received = await receive(client.createReceiver(queue), 2);
    expect(received.map((message) => message.body)).toEqual(["before", "after"]);
  });

  it("frees sessions when it stops", async () => {
    const { bus, client, queue } = await openTwin({ requiresSession: true });
    await client.createSender(queue).sendMessages({ body: 1, sessionId: "a" });
    await receiveOne(await client.acceptSession(queue, "a"));
    await bus.stop();
    expect(bus.snapshot().contract).toMatchObject({ active: 1, locked: 0 });
  });

  it("makes up at the start for the locks that ran out while it was stopped", async () => {
    const { bus, client, queue, clock } = await openTwin();
    await client.createSender(queue).sendMessages({ body: 1 });
    await receiveOne(client.createReceiver(queue));
    await bus.stop();
    clock.advance(MINUTE_MS);
    expect(bus.snapshot().contract).toMatchObject({ active: 0, locked: 1 });
    await bus.start(0);
    await vi.waitFor(() => expect(bus.snapshot().contract).toMatchObject({ active: 1, locked: 0 }));
  });

  it("refuses a key that is not its own", async () => {
    const { bus, queue } = await openTwin();
    const wrong = bus.connectionString.replace("SAS_KEY_VALUE", "another-key");
    const client = new ServiceBusClient(wrong, { retryOptions: { maxRetries: 0 } });
    const sent = client.createSender(queue).sendMessages({ body: 1 });
    await expect(sent).rejects.toMatchObject({ code: "UnauthorizedAccess" });
    await client.close();
  });

  it("does not take two queues of one name", () => {
    const queues = [{ name: "same" }, { name: "SAME" }];
    expect(() => new ServiceBus({ clock: new TwinClock(), queues })).toThrow("two queues named 'SAME'");
  });
});

describe("counts and snapshot", () => {
  it("counts what each queue accepted, duplicates included", async () => {
    const { bus, client, queue } = await openTwin({ duplicateDetectionWindowSeconds: 60 });
    const sender = client.createSender(queue);
    await sender.sendMessages([{ body: 1, messageId: "a" }, { body: 2 }]);
    await sender.sendMessages({ body: 1, messageId: "a" });
    expect(bus.acceptedMessages).toEqual({ contract: 3 });
    expect(bus.snapshot().contract?.active).toBe(2);
  });

  it("tells how many messages are in which state", async () => {
    const { bus, client, queue, clock } = await openTwin();
    const sender = client.createSender(queue);
    await sender.sendMessages([1, 2, 3, 4].map((body) => ({ body })));
    await sender.scheduleMessages({ body: 5 }, new Date(clock.now() + MINUTE_MS));
    const receiver = client.createReceiver(queue);
    const [first, second] = await receive(receiver, 3);
    if (first) await receiver.deferMessage(first);
    if (second) await receiver.deadLetterMessage(second);
    expect(bus.snapshot()).toEqual({
      contract: { active: 1, locked: 1, scheduled: 1, deferred: 1, deadLettered: 1 },
    });
  });
});

describe("faults", () => {
  it("throttles the next sends, and then accepts them again", async () => {
    const { bus, client, queue, clock } = await openTwin();
    const sender = client.createSender(queue);
    bus.faults.refuseSends(queue, 2);
    await expect(sender.sendMessages({ body: 1 })).rejects.toMatchObject({ code: "ServiceBusy" });
    const scheduled = sender.scheduleMessages({ body: 1 }, new Date(clock.now() + MINUTE_MS));
    await expect(scheduled).rejects.toMatchObject({ code: "ServiceBusy" });
    await sender.sendMessages({ body: 2 });
    expect(bus.acceptedMessages).toEqual({ contract: 1 });
  });

  it("refuses the next sends with the condition it is told", async () => {
    const { bus, client, queue } = await openTwin();
    bus.faults.refuseSends(queue, 1, "amqp:unauthorized-access");
    const sent = client.createSender(queue).sendMessages({ body: 1 });
    await expect(sent).rejects.toMatchObject({ code: "UnauthorizedAccess" });
  });

  it("throttles the next receives, of a new link as of an open one", async () => {
    const { bus, client, queue } = await openTwin();
    await client.createSender(queue).sendMessages([{ body: 1 }, { body: 2 }]);
    bus.faults.refuseReceives(queue, 1);
    const receiver = client.createReceiver(queue);
    await expect(receiver.receiveMessages(1)).rejects.toMatchObject({ code: "ServiceBusy" });
    expect((await receiveOne(receiver)).body).toBe(1);
    bus.faults.refuseReceives(queue, 1);
    await expect(receiver.receiveMessages(1)).rejects.toMatchObject({ code: "ServiceBusy" });
    expect((await receiveOne(receiver)).body).toBe(2);
  });

  it("delivers a message again that was completed", async () => {
    const { bus, client, queue } = await openTwin();
    await client.createSender(queue).sendMessages({ body: 1 });
    bus.faults.redeliverCompleted(queue, 1);
    const receiver = client.createReceiver(queue);
    await receiver.completeMessage(await receiveOne(receiver));
    const again = await receiveOne(receiver);
    expect(again.deliveryCount).toBe(1);
    await receiver.completeMessage(again);
    expect(bus.snapshot().contract).toMatchObject({ active: 0, locked: 0 });
  });

  it("lets a test drop the connection while a send waits for its answer, so that it is sent twice", async () => {
    const { bus, connect, queue } = await openTwin();
    const sends: string[] = [];
    bus.faults.beforeSend = (send) => {
      sends.push(`${send.queue} ${send.messageIds.join()}`);
      if (sends.length === 1) bus.dropConnections();
    };
    await connect(RETRYING).createSender(queue).sendMessages({ body: 1, messageId: "a" });
    expect(sends).toEqual(["contract a", "contract a"]);
    expect(bus.snapshot().contract?.active).toBe(2);
  });

  it("frees the session of a receiver whose connection drops", async () => {
    const { bus, client, connect, queue } = await openTwin({ requiresSession: true });
    await client.createSender(queue).sendMessages({ body: 1, sessionId: "a" });
    await receiveOne(await client.acceptSession(queue, "a"));
    bus.dropConnections();
    await vi.waitFor(() => expect(bus.snapshot().contract).toMatchObject({ active: 1, locked: 0 }));
    expect((await receiveOne(await connect().acceptSession(queue, "a"))).body).toBe(1);
  });

  it("keeps a message locked whose receiver's connection drops, until the lock runs out", async () => {
    const { bus, client, connect, queue, clock } = await openTwin();
    await client.createSender(queue).sendMessages({ body: 1 });
    await receiveOne(client.createReceiver(queue));
    bus.dropConnections();
    const other = connect().createReceiver(queue);
    expect(await receiveAvailable(other)).toEqual([]);
    clock.advance(MINUTE_MS);
    expect((await receiveOne(other)).deliveryCount).toBe(1);
  });

  it("knows no fault of a queue that is not there", async () => {
    const { bus } = await openTwin();
    expect(() => bus.faults.refuseSends("nowhere", 1)).toThrow("no queue 'nowhere'");
  });
});
