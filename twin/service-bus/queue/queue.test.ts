import { describe, expect, it } from "vitest";
import { TwinClock } from "../../clock.ts";
import { FakeMessage } from "../testing/fake-message.ts";
import type { Delivery } from "./message.ts";
import { Queue } from "./queue.ts";
import { type QueueSettings, toQueueProperties } from "./queue-settings.ts";

const MINUTE_MS = 60_000;

const openQueue = (settings: Omit<QueueSettings, "name"> = {}) => {
  const clock = new TwinClock();
  return { clock, queue: Queue.withDeadLetters(toQueueProperties({ name: "q", ...settings }), clock) };
};

const holder = { lost: () => {} };

const idOf = (delivery: Delivery | undefined) => delivery?.queued.message.id;

describe("Queue", () => {
  it("delivers in sending order, and returned messages before those sent after them", () => {
    const { queue } = openQueue();
    queue.send(["a", "b", "c"].map((id) => new FakeMessage(id)));
    const first = queue.receive();
    const second = queue.receive();
    if (second) queue.abandon(second.token);
    if (first) queue.abandon(first.token);
    expect([idOf(queue.receive()), idOf(queue.receive()), idOf(queue.receive())]).toEqual(["a", "b", "c"]);
  });

  it("accepts none of several messages when one lacks a session id", () => {
    const { queue } = openQueue({ requiresSession: true });
    expect(() => queue.send([new FakeMessage("a", { sessionId: "s" }), new FakeMessage("b")])).toThrow("SessionId");
    expect(queue.snapshot().active).toBe(0);
  });

  it("expires locks one by one, and no renewed one", () => {
    const { queue, clock } = openQueue();
    queue.send(["a", "b"].map((id) => new FakeMessage(id)));
    const renewed = queue.receive();
    clock.advance(MINUTE_MS / 2);
    queue.receive();
    if (renewed) queue.renewLock(renewed.token);
    clock.advance(MINUTE_MS - 1000);
    expect(queue.snapshot()).toMatchObject({ active: 0, locked: 2 });
    clock.advance(1000);
    expect(queue.snapshot()).toMatchObject({ active: 2, locked: 0 });
  });

  it("enqueues a scheduled message under a new sequence number when it is due", () => {
    const { queue, clock } = openQueue();
    const [scheduledAs] = queue.send([new FakeMessage("later", { scheduledEnqueueAt: clock.now() + MINUTE_MS })]);
    queue.send([new FakeMessage("now")]);
    clock.advance(MINUTE_MS);
    expect(idOf(queue.receive())).toBe("now");
    const due = queue.receive()?.queued;
    expect(due).toMatchObject({ state: "active", sequenceNumber: 3, enqueueSequenceNumber: scheduledAs });
  });

  it("drops an expired message, or dead-letters it if so configured", () => {
    for (const deadLetterOnExpiration of [false, true]) {
      const { queue, clock } = openQueue({ deadLetterOnExpiration, timeToLiveSeconds: 60 });
      queue.send([new FakeMessage("a", { timeToLiveMs: 10 * MINUTE_MS })]);
      clock.advance(MINUTE_MS);
      expect(queue.snapshot()).toMatchObject({ active: 0, deadLettered: deadLetterOnExpiration ? 1 : 0 });
    }
  });

  it("does not expire a message while it is locked", () => {
    const { queue, clock } = openQueue({ deadLetterOnExpiration: true });
    queue.send([new FakeMessage("a", { timeToLiveMs: 1000 })]);
    const delivery = queue.receive();
    clock.advance(2000);
    expect(queue.snapshot()).toMatchObject({ locked: 1, deadLettered: 0 });
    if (delivery) queue.abandon(delivery.token);
    expect(queue.snapshot()).toMatchObject({ active: 0, deadLettered: 1 });
  });

  it("dead-letters a deferred message after its last delivery", () => {
    const { queue } = openQueue({ maxDeliveryCount: 2 });
    const [sequenceNumber = 0] = queue.send([new FakeMessage("a")]);
    const delivery = queue.receive();
    if (delivery) queue.defer(delivery.token);
    expect(queue.receive()).toBeUndefined();
    const [deferred] = queue.receiveDeferred([sequenceNumber]);
    if (deferred) queue.abandon(deferred.token);
    expect(queue.snapshot()).toMatchObject({ deferred: 0, deadLettered: 1 });
  });

  it("receives none of several deferred messages when one is missing", () => {
    const { queue } = openQueue();
    const [sequenceNumber = 0] = queue.send([new FakeMessage("a")]);
    const delivery = queue.receive();
    if (delivery) queue.defer(delivery.token);
    expect(() => queue.receiveDeferred([sequenceNumber, 99])).toThrow("sequence number 99");
    expect(queue.snapshot().deferred).toBe(1);
  });

  it("keeps dead-lettered messages after any number of deliveries", () => {
    const { queue } = openQueue({ maxDeliveryCount: 1 });
    queue.send([new FakeMessage("a")]);
    const delivery = queue.receive();
    if (delivery) queue.abandon(delivery.token);
    for (let i = 0; i < 20; i++) {
      const dead = queue.deadLetters?.receive();
      if (dead) queue.deadLetters?.abandon(dead.token);
    }
    expect(queue.deadLetters?.receive()?.queued).toMatchObject({ deliveryCount: 21 });
  });

  it("serves sessions in turn", () => {
    const { queue } = openQueue({ requiresSession: true });
    for (const sessionId of ["x", "y", "x", "y"]) queue.send([new FakeMessage("m", { sessionId })]);
    const served: string[] = [];
    for (let i = 0; i < 4; i++) {
      const waiter = {
        ...holder,
        timedOut: () => {},
        granted: (lock: { readonly sessionId: string; readonly lockedUntil: number }) => {
          served.push(lock.sessionId);
          queue.receiveAndDelete(lock);
          queue.sessions?.release(lock);
        },
      };
      queue.sessions?.acceptNext(waiter, MINUTE_MS);
    }
    expect(served).toEqual(["x", "y", "x", "y"]);
  });

  it("notifies a receiver when its session lock expires, but not after it released the lock", () => {
    const { queue, clock } = openQueue({ requiresSession: true });
    const lost: string[] = [];
    const released = queue.sessions?.accept("released", { lost: () => lost.push("released") });
    queue.sessions?.accept("expired", { lost: () => lost.push("expired") });
    if (released) queue.sessions?.release(released);
    clock.advance(MINUTE_MS);
    expect(lost).toEqual(["expired"]);
  });
});
