import { ServiceBusClient } from "@azure/service-bus";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { TwinClock } from "../../clock.ts";
import { Queue } from "../../service-bus/queue/queue.ts";
import { ServiceBus } from "../../service-bus/service-bus.ts";
import { startTestApp } from "../testing/test-app.ts";
import { startTestBus } from "../testing/test-bus.ts";

const listen = (handler: string) =>
  `app.serviceBusQueue("OnMessage", { queueName: "q", connection: "BUS", handler: ${handler} });`;

/** Logs body and delivery count of every message. */
const LOGGING = listen("(body, context) => context.log(body, context.triggerMetadata.deliveryCount)");

/** Logs "begun" and waits until POST /api/release. */
const HANGING = `
  const waiting = [];
  ${listen(`(body, context) => { context.log("begun"); return new Promise((resolve) => waiting.push(resolve)); }`)}
  app.http("release", { handler: () => { for (const resolve of waiting) resolve(); return {}; } });`;

const TAKING_A_WHILE = listen(`async (body, context) => {
  context.log("begun");
  await new Promise((resolve) => setTimeout(resolve, 200));
  context.log("done");
}`);

describe("a function on a queue", () => {
  it("receives every message and completes it", async () => {
    const { send, appLog, remaining } = await startTestBus(LOGGING);
    await send({ body: "one" }, { body: "two" });
    await vi.waitFor(() => expect(appLog().sort()).toEqual(["one 1", "two 1"]));
    await vi.waitFor(() => expect(remaining()).toBe(0));
  });

  it("receives parsed JSON, or other bytes as text", async () => {
    const { send, appLog } = await startTestBus(listen("(body, context) => context.log(JSON.stringify(body))"));
    await send({ body: { a: [1] } }, { body: Buffer.from("plain") });
    await vi.waitFor(() => expect(appLog().sort()).toEqual(['"plain"', '{"a":[1]}']));
  });

  it("receives metadata with the names of the real trigger", async () => {
    const { send, appLog, clock } = await startTestBus(
      listen("(body, context) => context.log(JSON.stringify(context.triggerMetadata))"),
    );
    const properties = { contentType: "application/json", correlationId: "c1", subject: "s1", to: "t1", replyTo: "r1" };
    await send({ body: {}, messageId: "m1", ...properties, applicationProperties: { TraceId: "t", n: 1 } });
    await vi.waitFor(() => expect(appLog()).toHaveLength(1));
    const metadata = JSON.parse(appLog()[0] ?? "");
    expect(metadata).toMatchObject({
      messageId: "m1",
      sequenceNumber: 1,
      deliveryCount: 1,
      ...properties,
      label: "s1",
      applicationProperties: { traceId: "t", n: 1 },
      userProperties: { traceId: "t", n: 1 },
      lockToken: expect.stringMatching(/^[0-9a-f-]{36}$/),
      expiresAtUtc: "9999-12-31T23:59:59.9999999",
      expiresAt: "9999-12-31T23:59:59.9999999+00:00",
      enqueuedTimeUtc: expect.stringMatching(/^[\d-]{10}T[\d:.]+$/),
      enqueuedTime: `${metadata.enqueuedTimeUtc}+00:00`,
    });
    expect(Math.abs(Date.parse(metadata.enqueuedTime) - clock.now())).toBeLessThan(5_000);
    expect(metadata).not.toHaveProperty("sessionId");
  });

  it("receives the members of a JSON body as metadata, which replace properties of the message", async () => {
    const { send, appLog } = await startTestBus(
      listen("(body, context) => context.log(JSON.stringify(context.triggerMetadata))"),
    );
    await send({ messageId: "m1", subject: "s1", body: { messageId: "other", count: 7, ids: ["a"] } });
    await vi.waitFor(() => expect(appLog()).toHaveLength(1));
    const metadata = JSON.parse(appLog()[0] ?? "");
    expect(metadata).toMatchObject({ messageId: "other", count: 7, subject: "s1" });
    expect(metadata).not.toHaveProperty("ids");
  });

  it("abandons its message after an error, until it is dead-lettered", async () => {
    const { send, appLog, bus } = await startTestBus(
      listen(`(body, context) => {
        context.log(context.triggerMetadata.deliveryCount);
        throw new Error("no");
      }`),
      { maxDeliveryCount: 3 },
    );
    await send({ body: "x" });
    await vi.waitFor(() => expect(bus.snapshot().q).toMatchObject({ active: 0, locked: 0, deadLettered: 1 }));
    expect(appLog()).toEqual(["1", "2", "3"]);
  });

  it("processes at most maxConcurrentCalls messages at once", async () => {
    const { send, appLog, host, fetch, remaining } = await startTestBus(
      HANGING,
      {},
      { serviceBus: { maxConcurrentCalls: 2 } },
    );
    await send({ body: 1 }, { body: 2 }, { body: 3 });
    await vi.waitFor(() => expect(appLog()).toHaveLength(2));
    expect(host.inFlight()).toBe(2);
    await fetch("/api/release");
    await vi.waitFor(() => expect(appLog()).toHaveLength(3));
    await fetch("/api/release");
    await vi.waitFor(() => expect(remaining()).toBe(0));
  });

  it("does not complete its message without autoCompleteMessages", async () => {
    const { send, appLog, bus, clock } = await startTestBus(
      LOGGING,
      {},
      { serviceBus: { autoCompleteMessages: false } },
    );
    await send({ body: "x" });
    await vi.waitFor(() => expect(appLog()).toEqual(["x 1"]));
    expect(bus.snapshot().q).toMatchObject({ locked: 1 });
    clock.advance(60_000);
    await vi.waitFor(() => expect(appLog()).toEqual(["x 1", "x 2"]));
  });

  it("keeps its message beyond the lock duration", async () => {
    const renewals = vi.spyOn(Queue.prototype, "renewLock");
    const { send, appLog, clock, fetch, remaining } = await startTestBus(HANGING, { lockDurationSeconds: 60 });
    await send({ body: "x" });
    await vi.waitFor(() => expect(appLog()).toEqual(["begun"]));
    clock.advance(50_000); // ten seconds before the lock expires
    await vi.waitFor(() => expect(renewals).toHaveBeenCalledOnce());
    clock.advance(40_000);
    await fetch("/api/release");
    await vi.waitFor(() => expect(remaining()).toBe(0));
    expect(appLog()).toEqual(["begun"]);
  });

  it("loses its message after maxAutoLockRenewalDuration", async () => {
    const { send, appLog, clock } = await startTestBus(
      HANGING,
      {},
      { serviceBus: { maxAutoLockRenewalDuration: "00:00:10" } },
    );
    await send({ body: "x" });
    await vi.waitFor(() => expect(appLog()).toEqual(["begun"]));
    clock.advance(60_000);
    await vi.waitFor(() => expect(appLog()).toEqual(["begun", "begun"]));
  });

  it("continues after a restart of the broker and after a dropped connection", async () => {
    const { send, appLog, bus, remaining } = await startTestBus(LOGGING);
    const port = Number(new URL(bus.connectionString.slice("Endpoint=".length).split(";")[0] ?? "").port);
    await send({ body: "one" });
    await vi.waitFor(() => expect(remaining()).toBe(0));
    await bus.stop();
    await bus.start(port);
    await send({ body: "two" });
    await vi.waitFor(() => expect(appLog()).toContain("two 1"), 10_000);
    await vi.waitFor(() => expect(remaining()).toBe(0));
    bus.dropConnections();
    await send({ body: "three" });
    await vi.waitFor(() => expect(appLog()).toContain("three 1"), 10_000);
  });
});

describe("a host with a function on a queue", () => {
  it("completes the current message when it stops", async () => {
    const { send, appLog, host, remaining } = await startTestBus(TAKING_A_WHILE);
    await send({ body: "x" });
    await vi.waitFor(() => expect(appLog()).toEqual(["begun"]));
    await host.stop();
    expect([appLog(), remaining()]).toEqual([["begun", "done"], 0]);
  });

  it("receives no message after a stop", async () => {
    const { send, appLog, host, remaining } = await startTestBus(LOGGING);
    await host.stop();
    await send({ body: "x" });
    expect([appLog(), remaining()]).toEqual([[], 1]);
  });

  it("leaves its message locked when it is killed, for a second delivery to the next host", async () => {
    const { send, appLog, host, bus, clock, startAnother } = await startTestBus(HANGING);
    await send({ body: "x" });
    await vi.waitFor(() => expect(appLog()).toEqual(["begun"]));
    await host.kill();
    expect(bus.snapshot().q).toMatchObject({ active: 0, locked: 1 });
    const next = await startAnother();
    clock.advance(60_000);
    await vi.waitFor(() => expect(next.appLog()).toEqual(["begun"]));
  });

  it("can be killed between the success of a function and the completion of its message", async () => {
    const host: { kill?: () => Promise<void> } = {};
    const test = await startTestBus(LOGGING, {}, { afterInvocation: () => host.kill?.() });
    host.kill = () => test.host.kill();
    await test.send({ body: "x" });
    await vi.waitFor(() => expect(test.appLog()).toEqual(["x 1"]));
    const next = await test.startAnother();
    test.clock.advance(60_000);
    await vi.waitFor(() => expect(next.appLog()).toEqual(["x 2"]));
    await vi.waitFor(() => expect(test.remaining()).toBe(0));
  });

  it("does not start without the app setting of the connection", async () => {
    await expect(startTestApp(LOGGING)).rejects.toThrow('The app setting "BUS"');
  });

  it.each([
    ["batches", `app.serviceBusQueue("f", { queueName: "q", connection: "BUS", cardinality: "many", handler() {} });`],
    ["topics", `app.serviceBusTopic("f", { topicName: "t", subscriptionName: "s", connection: "BUS", handler() {} });`],
  ])("does not start with %s", async (_, source) => {
    await expect(startTestApp(source, { settings: { BUS: "Endpoint=sb://localhost" } })).rejects.toThrow(
      /the twin (supports queues only|does not support batches)/,
    );
  });

  it("waits for a broker that starts later", async () => {
    const bus = new ServiceBus({ clock: new TwinClock(), queues: [{ name: "q" }] });
    const port = await bus.start(0);
    const connectionString = bus.connectionString;
    await bus.stop();
    const { appLog, log } = await startTestApp(LOGGING, { settings: { BUS: connectionString } });
    await vi.waitFor(() => expect(log).toContainEqual(expect.objectContaining({ level: "warning" })));
    await bus.start(port);
    onTestFinished(() => bus.stop());
    const client = new ServiceBusClient(connectionString);
    onTestFinished(() => client.close());
    await client.createSender("q").sendMessages({ body: "x" });
    await vi.waitFor(() => expect(appLog()).toEqual(["x 1"]), 10_000);
  });

  it("warns while the queue does not exist", async () => {
    const { log } = await startTestBus(LOGGING.replace('"q"', '"other"'));
    await vi.waitFor(() => expect(log).toContainEqual(expect.objectContaining({ level: "warning" })));
  });
});
