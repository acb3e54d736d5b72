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
  it("delivers in the order of sending, and a message that comes back before those sent after it", () => {
    const { queue } = openQueue();
    queue.send(["a", "b", "c"].map((id) => new FakeMessage(id)));
    const first = queue.receive();
    const second = queue.receive();
    if (second) queue.abandon(second.token);
    if (first) queue.abandon(first.token);
    expect([idOf(queue.receive()), idOf(queue.receive()), idOf(queue.receive())]).toEqual(["a", "b", "c"]);
  });

  it("accepts none of several messages when one lacks its session", () => {
    const { queue } = openQueue({ requiresSession: true });
    expect(() => queue.send([new FakeMessage("a", { sessionId: "s" }), new FakeMessage("b")])).toThrow("SessionId");
    expect(queue.snapshot().active).toBe(0);
  });

  it("ends each lock at its own time, and none that was renewed", () => {
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

  it("gives a scheduled message its place, and its number, when it is due", () => {
    const { queue, clock } = openQueue();
    const [scheduledAs] = queue.send([new FakeMessage("later", { scheduledEnqueueAt: clock.now() + MINUTE_MS })]);
    queue.send([new FakeMessage("now")]);
    clock.advance(MINUTE_MS);
    expect(idOf(queue.receive())).toBe("now");
    const due = queue.receive()?.queued;
    expect(due).toMatchObject({ state: "active", sequenceNumber: 3, enqueueSequenceNumber: scheduledAs });
  });

  it("drops an expired message, or dead-letters it if the queue says so", () => {
    for (const deadLetterOnExpiration of [false, true]) {
      const { queue, clock } = openQueue({ deadLetterOnExpiration, timeToLiveSeconds: 60 });
      queue.send([new FakeMessage("a", { timeToLiveMs: 10 * MINUTE_MS })]);
      clock.advance(MINUTE_MS);
      expect(queue.snapshot()).toMatchObject({ active: 0, deadLettered: deadLetterOnExpiration ? 1 : 0 });
    }
  });

  it("leaves a message to its receiver that expires while locked", () => {
    const { queue, clock } = openQueue({ deadLetterOnExpiration: true });
    queue.send([new FakeMessage("a", { timeToLiveMs: 1000 })]);
    const delivery = queue.receive();
    clock.advance(2000);
    expect(queue.snapshot()).toMatchObject({ locked: 1, deadLettered: 0 });
    if (delivery) queue.abandon(delivery.token);
    expect(queue.snapshot()).toMatchObject({ active: 0, deadLettered: 1 });
  });

  it("keeps a deferred message deferred when its receiver fails, and dead-letters it in the end", () => {
    const { queue } = openQueue({ maxDeliveryCount: 2 });
    const [sequenceNumber = 0] = queue.send([new FakeMessage("a")]);
    const delivery = queue.receive();
    if (delivery) queue.defer(delivery.token);
    expect(queue.receive()).toBeUndefined();
    const [deferred] = queue.receiveDeferred([sequenceNumber]);
    if (deferred) queue.abandon(deferred.token);
    expect(queue.snapshot()).toMatchObject({ deferred: 0, deadLettered: 1 });
  });

  it("takes none of several deferred messages when one is not there", () => {
    const { queue } = openQueue();
    const [sequenceNumber = 0] = queue.send([new FakeMessage("a")]);
    const delivery = queue.receive();
    if (delivery) queue.defer(delivery.token);
    expect(() => queue.receiveDeferred([sequenceNumber, 99])).toThrow("sequence number 99");
    expect(queue.snapshot().deferred).toBe(1);
  });

  it("keeps dead-lettered messages through any number of failures", () => {
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

  it("gives every session its turn", () => {
    const { queue } = openQueue({ requiresSession: true });
    for (const sessionId of ["x", "y", "x", "y"]) queue.send([new FakeMessage("m", { sessionId })]);
    const served: string[] = [];
    for (let i = 0; i < 4; i++) {
      const seeker = {
        ...holder,
        timedOut: () => {},
        granted: (lock: { readonly sessionId: string; readonly lockedUntil: number }) => {
          served.push(lock.sessionId);
          queue.receiveAndDelete(lock);
          queue.sessions?.release(lock);
        },
      };
      queue.sessions?.acceptNext(seeker, MINUTE_MS);
    }
    expect(served).toEqual(["x", "y", "x", "y"]);
  });

  it("tells a receiver of a session that its lock ran out, and not one that gave it back", () => {
    const { queue, clock } = openQueue({ requiresSession: true });
    const lost: string[] = [];
    const kept = queue.sessions?.accept("kept", { lost: () => lost.push("kept") });
    queue.sessions?.accept("lost", { lost: () => lost.push("lost") });
    if (kept) queue.sessions?.release(kept);
    clock.advance(MINUTE_MS);
    expect(lost).toEqual(["lost"]);
  });
});
