import { describe, expect, it, vi } from "vitest";
import { Sessions } from "../../service-bus/queue/sessions.ts";
import { startTestBus } from "../testing/test-bus.ts";

const listen = (handler: string) =>
  `app.serviceBusQueue("OnMessage", { queueName: "q", connection: "BUS", isSessionsEnabled: true, handler: ${handler} });`;

/** Logs session, body and delivery count of every message. */
const LOGGING = listen(
  "(body, context) => context.log(context.triggerMetadata.sessionId, body, context.triggerMetadata.deliveryCount)",
);

/** Logs the body of every message and waits until POST /api/release. */
const HANGING = `
  let waiting = [];
  ${listen("(body, context) => { context.log(body); return new Promise((resolve) => waiting.push(resolve)); }")}
  app.http("release", { handler: () => { for (const resolve of waiting.splice(0)) resolve(); return {}; } });`;

const SESSIONS = { requiresSession: true };

describe("a function on a queue with sessions", () => {
  it("receives the messages of a session in order and completes them", async () => {
    const { send, appLog, remaining } = await startTestBus(LOGGING, SESSIONS);
    await send(...Array.from({ length: 20 }, (_, i) => ({ body: `m${i}`, sessionId: "a" })));
    await vi.waitFor(() => expect(remaining()).toBe(0));
    expect(appLog()).toEqual(Array.from({ length: 20 }, (_, i) => `a m${i} 1`));
  });

  it("processes one message per session at a time, and several sessions in parallel", async () => {
    const { send, appLog, host, fetch } = await startTestBus(HANGING, SESSIONS);
    await send({ body: "a1", sessionId: "a" }, { body: "a2", sessionId: "a" }, { body: "b1", sessionId: "b" });
    await vi.waitFor(() => expect(appLog().sort()).toEqual(["a1", "b1"]));
    expect(host.inFlight()).toBe(2);
    await fetch("/api/release");
    await vi.waitFor(() => expect(appLog()).toContain("a2"));
    await fetch("/api/release");
  });

  it("receives the same message again after an error, before the next of its session", async () => {
    const { send, appLog, remaining } = await startTestBus(
      `let failures = 2; ${listen(`(body, context) => {
        context.log(body, context.triggerMetadata.deliveryCount);
        if (body === "a1" && failures-- > 0) throw new Error("no");
      }`)}`,
      SESSIONS,
    );
    await send({ body: "a1", sessionId: "a" }, { body: "a2", sessionId: "a" });
    await vi.waitFor(() => expect(remaining()).toBe(0));
    expect(appLog()).toEqual(["a1 1", "a1 2", "a1 3", "a2 1"]);
  });

  it("accepts a session while slots are free, and after the idle timeout of another", async () => {
    const serviceBus = { maxConcurrentSessions: 2, sessionIdleTimeout: "00:00:10" };
    const { send, appLog, clock, remaining } = await startTestBus(LOGGING, SESSIONS, { serviceBus });
    await send({ body: 1, sessionId: "a" }, { body: 1, sessionId: "b" });
    await vi.waitFor(() => expect(appLog().sort()).toEqual(["a 1 1", "b 1 1"]));
    await vi.waitFor(() => expect(remaining()).toBe(0));
    await send({ body: 1, sessionId: "c" });
    await send({ body: 2, sessionId: "a" });
    await vi.waitFor(() => expect(appLog()).toContain("a 2 1"));
    expect(appLog()).not.toContain("c 1 1");
    clock.advance(10_000);
    await vi.waitFor(() => expect(appLog()).toContain("c 1 1"));
  });

  it("waits for few sessions at the same time, and still uses every slot", async () => {
    const accepts = vi.spyOn(Sessions.prototype, "acceptNext");
    const { send, appLog, fetch, remaining } = await startTestBus(HANGING, SESSIONS, {
      serviceBus: { maxConcurrentSessions: 6 },
    });
    await vi.waitFor(() => expect(accepts).toHaveBeenCalledTimes(4));
    await send(...["a", "b", "c", "d", "e", "f", "g"].map((sessionId) => ({ body: sessionId, sessionId })));
    await vi.waitFor(() => expect(appLog().sort()).toEqual(["a", "b", "c", "d", "e", "f"]));
    expect(accepts).toHaveBeenCalledTimes(6);
    await fetch("/api/release");
    await vi.waitFor(() => expect(remaining()).toBe(1));
  });

  it("keeps its session beyond the lock duration", async () => {
    const renewals = vi.spyOn(Sessions.prototype, "renew");
    const { send, appLog, clock, fetch, remaining } = await startTestBus(HANGING, {
      ...SESSIONS,
      lockDurationSeconds: 60,
    });
    await send({ body: "x", sessionId: "a" });
    await vi.waitFor(() => expect(appLog()).toEqual(["x"]));
    clock.advance(50_000); // ten seconds before the lock expires
    await vi.waitFor(() => expect(renewals).toHaveBeenCalledOnce());
    clock.advance(40_000);
    await fetch("/api/release");
    await vi.waitFor(() => expect(remaining()).toBe(0));
    expect(appLog()).toEqual(["x"]);
  });

  it("continues with another session when it has lost one", async () => {
    const { send, appLog, clock, remaining } = await startTestBus(LOGGING, SESSIONS, {
      serviceBus: { maxConcurrentSessions: 1 },
    });
    await send({ body: 1, sessionId: "a" });
    await vi.waitFor(() => expect(remaining()).toBe(0));
    clock.advance(30 * 86_400_000);
    await send({ body: 2, sessionId: "b" });
    await vi.waitFor(() => expect(appLog()).toEqual(["a 1 1", "b 2 1"]));
  });

  it("continues after a restart of the broker and after a dropped connection", async () => {
    const { send, appLog, bus, remaining } = await startTestBus(LOGGING, SESSIONS);
    const port = Number(new URL(bus.connectionString.slice("Endpoint=".length).split(";")[0] ?? "").port);
    await send({ body: 1, sessionId: "a" });
    await vi.waitFor(() => expect(remaining()).toBe(0));
    await bus.stop();
    await bus.start(port);
    await send({ body: 2, sessionId: "a" }, { body: 2, sessionId: "b" });
    await vi.waitFor(() => expect(appLog()).toEqual(expect.arrayContaining(["a 2 1", "b 2 1"])), 10_000);
    await vi.waitFor(() => expect(remaining()).toBe(0));
    bus.dropConnections();
    await send({ body: 3, sessionId: "a" });
    await vi.waitFor(() => expect(appLog()).toContain("a 3 1"), 10_000);
  });
});

describe("a function whose connection breaks during an invocation", () => {
  it("receives its message again, and then the next one", async () => {
    const serviceBus = { maxConcurrentSessions: 1 };
    const { send, appLog, bus, fetch, remaining } = await startTestBus(HANGING, SESSIONS, { serviceBus });
    await send({ body: "a1", sessionId: "a" }, { body: "a2", sessionId: "a" });
    await vi.waitFor(() => expect(appLog()).toEqual(["a1"]));
    bus.dropConnections();
    await fetch("/api/release");
    await vi.waitFor(() => expect(appLog()).toEqual(["a1", "a1"]), 10_000);
    await fetch("/api/release");
    await vi.waitFor(() => expect(appLog()).toEqual(["a1", "a1", "a2"]));
    await fetch("/api/release");
    await vi.waitFor(() => expect(remaining()).toBe(0));
  });
});

describe("a host with a function on a queue with sessions", () => {
  it("completes the current message and releases the sessions when it stops", async () => {
    const { send, appLog, host, bus, startAnother } = await startTestBus(
      listen(`async (body, context) => {
        context.log(body);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }`),
      SESSIONS,
    );
    await send({ body: "a1", sessionId: "a" }, { body: "a2", sessionId: "a" });
    await vi.waitFor(() => expect(appLog()).toEqual(["a1"]));
    await host.stop();
    expect(bus.snapshot().q).toMatchObject({ active: 1, locked: 0 });
    const next = await startAnother();
    await vi.waitFor(() => expect(next.appLog()).toEqual(["a2"]));
  });

  it("leaves the message to the next host when it is killed", async () => {
    const { send, appLog, host, remaining, startAnother, clock } = await startTestBus(HANGING, SESSIONS);
    await send({ body: "a1", sessionId: "a" });
    await vi.waitFor(() => expect(appLog()).toEqual(["a1"]));
    await host.kill();
    expect(remaining()).toBe(1);
    const next = await startAnother();
    clock.advance(60_000);
    await vi.waitFor(() => expect(next.appLog()).toEqual(["a1"]));
  });

  it("stops promptly while all slots wait for a session", async () => {
    const { host } = await startTestBus(LOGGING, SESSIONS, { serviceBus: { maxConcurrentSessions: 8 } });
    const begun = performance.now();
    await host.stop();
    expect(performance.now() - begun).toBeLessThan(2_000);
  });
});
