import { describe, expect, it, vi } from "vitest";
import { onAzure, openBus, openTwin, receive, receiveOne, sequenceNumberOf } from "./testing/test-bus.ts";

const MINUTE_MS = 60_000;

describe("sessions", () => {
  it("rejects a message without a session id", async () => {
    const { client, queue } = await openBus({ requiresSession: true });
    const sent = client.createSender(queue).sendMessages([{ body: 1, sessionId: "a" }, { body: 2 }]);
    await expect(sent).rejects.toThrow(/InvalidOperationError/);
  });

  it("refuses a receiver without a session, and a session receiver on a queue without sessions", async () => {
    const withSessions = await openBus({ requiresSession: true });
    const plain = await openBus();
    const received = withSessions.client.createReceiver(withSessions.queue).receiveMessages(1);
    await expect(received).rejects.toThrow(/InvalidOperationError/);
    await expect(plain.client.acceptSession(plain.queue, "a")).rejects.toThrow();
  });

  it("delivers only the messages of the accepted session, in order", async () => {
    const { client, queue } = await openBus({ requiresSession: true });
    const sessionIds = ["a", "b", "a", "b", "a"];
    await client.createSender(queue).sendMessages(sessionIds.map((sessionId, body) => ({ body, sessionId })));
    const receiver = await client.acceptSession(queue, "a");
    const received = await receive(receiver, 3);
    expect(received.map((message) => [message.body, message.sessionId])).toEqual([
      [0, "a"],
      [2, "a"],
      [4, "a"],
    ]);
  });

  it("accepts the next unlocked session with messages", async () => {
    const { client, queue } = await openBus({ requiresSession: true });
    await client.createSender(queue).sendMessages(["a", "b"].map((sessionId) => ({ body: 1, sessionId })));
    const receivers = [await client.acceptNextSession(queue), await client.acceptNextSession(queue)];
    expect(receivers.map((receiver) => receiver.sessionId).toSorted()).toEqual(["a", "b"]);
  });

  it("waits for a message when no session is available", async () => {
    const { client, queue, connect } = await openBus({ requiresSession: true });
    const accepting = connect().acceptNextSession(queue);
    await client.createSender(queue).sendMessages({ body: "late", sessionId: "a" });
    const receiver = await accepting;
    expect(receiver.sessionId).toBe("a");
    expect((await receiveOne(receiver)).body).toBe("late");
  });

  it("times out when no session becomes available", async () => {
    const { connect, queue } = await openBus({ requiresSession: true });
    const client = connect({ retryOptions: { maxRetries: 0, timeoutInMs: 1100 } });
    await expect(client.acceptNextSession(queue)).rejects.toMatchObject({ code: "ServiceTimeout" });
    await client.createSender(queue).sendMessages({ body: 1, sessionId: "a" });
    expect((await client.acceptNextSession(queue)).sessionId).toBe("a");
  });

  it("locks a session for one receiver at a time", async () => {
    const { client, queue, connect } = await openBus({ requiresSession: true });
    const first = await client.acceptSession(queue, "a");
    await expect(connect().acceptSession(queue, "a")).rejects.toMatchObject({ code: "SessionCannotBeLocked" });
    await first.close();
    expect((await connect().acceptSession(queue, "a")).sessionId).toBe("a");
  });

  it("requeues the messages of a closed receiver at once, without counting a delivery", async () => {
    const { client, queue } = await openBus({ requiresSession: true });
    await client.createSender(queue).sendMessages([1, 2].map((body) => ({ body, sessionId: "a" })));
    const first = await client.acceptSession(queue, "a");
    await receiveOne(first);
    await first.close();
    const received = await receive(await client.acceptSession(queue, "a"), 2);
    expect(received.map((message) => [message.body, message.deliveryCount])).toEqual([
      [1, 0],
      [2, 0],
    ]);
  });

  it("stores the state of a session", async () => {
    const { client, queue } = await openBus({ requiresSession: true });
    const first = await client.acceptSession(queue, "a");
    expect(await first.getSessionState()).toBeNull();
    await first.setSessionState({ step: 2 });
    await first.close();
    const second = await client.acceptSession(queue, "a");
    expect(await second.getSessionState()).toEqual({ step: 2 });
    await second.setSessionState(null);
    expect(await second.getSessionState()).toBeNull();
  });

  it.skipIf(onAzure)("keeps a session locked while its lock is renewed in time", async () => {
    const { client, queue, clock } = await openTwin({ requiresSession: true });
    await client.createSender(queue).sendMessages({ body: 1, sessionId: "a" });
    const receiver = await client.acceptSession(queue, "a");
    const message = await receiveOne(receiver);
    clock.advance(40_000);
    const lockedUntil = await receiver.renewSessionLock();
    clock.advance(40_000);
    await receiver.completeMessage(message);
    expect(lockedUntil.getTime()).toBeGreaterThan(clock.now());
  });

  it.skipIf(onAzure)("unlocks a session when its lock expires, which counts as a delivery", async () => {
    const { client, queue, clock } = await openTwin({ requiresSession: true });
    await client.createSender(queue).sendMessages({ body: 1, sessionId: "a" });
    const slow = await client.acceptSession(queue, "a");
    const message = await receiveOne(slow);
    clock.advance(MINUTE_MS);
    await vi.waitFor(() => expect(slow.isClosed).toBe(true));
    await expect(slow.completeMessage(message)).rejects.toMatchObject({ code: "SessionLockLost" });
    const next = await client.acceptSession(queue, "a");
    expect(await receiveOne(next)).toMatchObject({ body: 1, deliveryCount: 1 });
  });

  it.skipIf(onAzure)("does not redeliver to a receiver whose session lock expired", async () => {
    const { client, queue, clock } = await openTwin({ requiresSession: true });
    await client.createSender(queue).sendMessages({ body: 1, sessionId: "a" });
    const slow = await client.acceptSession(queue, "a", { maxAutoLockRenewalDurationInMs: 0 });
    const { promise: received, resolve } = Promise.withResolvers<void>();
    const processMessage = () => {
      resolve();
      return new Promise<void>(() => {});
    };
    slow.subscribe({ processMessage, processError: async () => {} }, { maxConcurrentCalls: 2 });
    await received;
    clock.advance(MINUTE_MS);
    const next = await client.acceptSession(queue, "a");
    expect(await receiveOne(next)).toMatchObject({ body: 1, deliveryCount: 1 });
  });

  it("keeps the order of a session when a message is redelivered", async () => {
    const { client, queue } = await openBus({ requiresSession: true });
    await client.createSender(queue).sendMessages([1, 2, 3].map((body) => ({ body, sessionId: "a" })));
    const receiver = await client.acceptSession(queue, "a");
    const handled: unknown[] = [];
    const processMessage = async ({ body }: { body?: unknown }) => {
      handled.push(body);
      if (handled.length === 1) throw new Error("not yet");
    };
    receiver.subscribe({ processMessage, processError: async () => {} });
    await vi.waitFor(() => expect(handled).toEqual([1, 1, 2, 3]), 10_000);
  });

  it("delivers a deferred message to a receiver of its session", async () => {
    const { client, queue } = await openBus({ requiresSession: true });
    await client.createSender(queue).sendMessages({ body: 1, sessionId: "a" });
    const receiver = await client.acceptSession(queue, "a");
    const message = await receiveOne(receiver);
    await receiver.deferMessage(message);
    const [deferred] = await receiver.receiveDeferredMessages(sequenceNumberOf(message));
    expect(deferred).toMatchObject({ body: 1, state: "deferred" });
  });

  it.skipIf(onAzure)("makes the session of a scheduled message available at the scheduled time", async () => {
    const { client, queue, clock } = await openTwin({ requiresSession: true });
    const accepting = client.acceptNextSession(queue);
    const inASecond = new Date(clock.now() + 1000);
    await client.createSender(queue).scheduleMessages({ body: 1, sessionId: "a" }, inASecond);
    clock.advance(1000);
    expect((await accepting).sessionId).toBe("a");
  });

  it("serves a hundred sessions concurrently", async () => {
    const { client, queue } = await openBus({ requiresSession: true });
    const sessionIds = Array.from({ length: 100 }, (_, i) => `s${i}`);
    const sender = client.createSender(queue);
    for (const body of [1, 2, 3]) await sender.sendMessages(sessionIds.map((sessionId) => ({ body, sessionId })));
    const seen = new Map<string, unknown[]>(sessionIds.map((sessionId) => [sessionId, []]));
    const receivers = await Promise.all(sessionIds.map((sessionId) => client.acceptSession(queue, sessionId)));
    for (const receiver of receivers) {
      const processMessage = async ({ body }: { body?: unknown }) => void seen.get(receiver.sessionId)?.push(body);
      receiver.subscribe({ processMessage, processError: async () => {} });
    }
    await vi.waitFor(() => expect([...seen.values()].every((bodies) => bodies.length === 3)).toBe(true), 20_000);
    expect(new Set([...seen.values()].map((bodies) => bodies.join()))).toEqual(new Set(["1,2,3"]));
  });
});
