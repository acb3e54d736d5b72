import { ServiceBusClient } from "@azure/service-bus";
import { describe, expect, it, vi } from "vitest";
import { TwinClock } from "../clock.ts";
import { ServiceBus } from "./service-bus.ts";
import { openTwin, receive, receiveAvailable, receiveOne } from "./testing/test-bus.ts";

const MINUTE_MS = 60_000;

/** Retries quickly, unlike the default client of the tests, which does not retry. */
const RETRYING = { retryOptions: { maxRetries: 10, retryDelayInMs: 20, timeoutInMs: 1000 } };

describe("start and stop", () => {
  it("fails to start with EADDRINUSE when its port is taken", async () => {
    const { port } = await openTwin();
    const second = new ServiceBus({ clock: new TwinClock(), queues: [] });
    await expect(second.start(port)).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  it("keeps its messages, and clients reconnect, after a stop and a start on the same port", async () => {
    const { bus, port, queue, connect } = await openTwin();
    const client = connect(RETRYING);
    const sender = client.createSender(queue);
    await sender.sendMessages({ body: "before" });
    await bus.stop();
    await bus.start(port);
    await sender.sendMessages({ body: "after" });
    const received = await receive(client.createReceiver(queue), 2);
    expect(received.map((message) => message.body)).toEqual(["before", "after"]);
  });

  it("unlocks sessions when it stops", async () => {
    const { bus, client, queue } = await openTwin({ requiresSession: true });
    await client.createSender(queue).sendMessages({ body: 1, sessionId: "a" });
    await receiveOne(await client.acceptSession(queue, "a"));
    await bus.stop();
    expect(bus.snapshot().contract).toMatchObject({ active: 1, locked: 0 });
  });

  it("delivers a message again whose lock expired while it was stopped", async () => {
    const { bus, port, client, connect, queue, clock } = await openTwin();
    await client.createSender(queue).sendMessages({ body: 1 });
    await receiveOne(client.createReceiver(queue));
    await bus.stop();
    clock.advance(MINUTE_MS);
    await bus.start(port);
    const again = await receiveOne(connect(RETRYING).createReceiver(queue));
    expect(again).toMatchObject({ body: 1, deliveryCount: 1 });
  });

  it("rejects another key", async () => {
    const { bus, queue } = await openTwin();
    const wrong = bus.connectionString.replace("SAS_KEY_VALUE", "another-key");
    const client = new ServiceBusClient(wrong, { retryOptions: { maxRetries: 0 } });
    const sent = client.createSender(queue).sendMessages({ body: 1 });
    await expect(sent).rejects.toMatchObject({ code: "UnauthorizedAccess" });
    await client.close();
  });

  it("does not accept two queues with the same name", () => {
    const queues = [{ name: "same" }, { name: "SAME" }];
    expect(() => new ServiceBus({ clock: new TwinClock(), queues })).toThrow("two queues named 'SAME'");
  });
});

describe("message counts", () => {
  it("include accepted duplicates", async () => {
    const { bus, client, queue } = await openTwin({ duplicateDetectionWindowSeconds: 60 });
    const sender = client.createSender(queue);
    await sender.sendMessages([{ body: 1, messageId: "a" }, { body: 2 }]);
    await sender.sendMessages({ body: 1, messageId: "a" });
    expect(bus.acceptedMessages).toEqual({ contract: 3 });
    expect(bus.snapshot().contract?.active).toBe(2);
  });

  it("are split by state in a snapshot", async () => {
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
  it("throttle the next sends only", async () => {
    const { bus, client, queue, clock } = await openTwin();
    const sender = client.createSender(queue);
    bus.faults.refuseSends(queue, 2);
    await expect(sender.sendMessages({ body: 1 })).rejects.toMatchObject({ code: "ServiceBusy" });
    const scheduled = sender.scheduleMessages({ body: 1 }, new Date(clock.now() + MINUTE_MS));
    await expect(scheduled).rejects.toMatchObject({ code: "ServiceBusy" });
    await sender.sendMessages({ body: 2 });
    expect(bus.acceptedMessages).toEqual({ contract: 1 });
  });

  it("refuse the next sends with a given error condition", async () => {
    const { bus, client, queue } = await openTwin();
    bus.faults.refuseSends(queue, 1, "amqp:unauthorized-access");
    const sent = client.createSender(queue).sendMessages({ body: 1 });
    await expect(sent).rejects.toMatchObject({ code: "UnauthorizedAccess" });
  });

  it("throttle the next receives on a new link and on an open one", async () => {
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

  it("redeliver a message that was completed", async () => {
    const { bus, client, queue } = await openTwin();
    await client.createSender(queue).sendMessages({ body: 1 });
    bus.faults.redeliverCompleted(queue, 1);
    const receiver = client.createReceiver(queue);
    await receiver.completeMessage(await receiveOne(receiver));
    const redelivered = await receiveOne(receiver);
    expect(redelivered.deliveryCount).toBe(1);
    await receiver.completeMessage(redelivered);
    expect(bus.snapshot().contract).toMatchObject({ active: 0, locked: 0 });
  });

  it("can drop the connection before a send is settled, so that the client sends it twice", async () => {
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

  it("unlock the session of a receiver whose connection drops", async () => {
    const { bus, client, connect, queue } = await openTwin({ requiresSession: true });
    await client.createSender(queue).sendMessages({ body: 1, sessionId: "a" });
    await receiveOne(await client.acceptSession(queue, "a"));
    bus.dropConnections();
    await vi.waitFor(() => expect(bus.snapshot().contract).toMatchObject({ active: 1, locked: 0 }));
    expect((await receiveOne(await connect().acceptSession(queue, "a"))).body).toBe(1);
  });

  it("leave a message locked until its lock expires when the receiver's connection drops", async () => {
    const { bus, client, connect, queue, clock } = await openTwin();
    await client.createSender(queue).sendMessages({ body: 1 });
    await receiveOne(client.createReceiver(queue));
    bus.dropConnections();
    const other = connect().createReceiver(queue);
    expect(await receiveAvailable(other)).toEqual([]);
    clock.advance(MINUTE_MS);
    expect((await receiveOne(other)).deliveryCount).toBe(1);
  });

  it("cannot be injected into an unknown queue", async () => {
    const { bus } = await openTwin();
    expect(() => bus.faults.refuseSends("unknown", 1)).toThrow("no queue 'unknown'");
  });
});
