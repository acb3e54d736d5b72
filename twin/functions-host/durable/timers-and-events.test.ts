import { describe, expect, it } from "vitest";
import { DurableTwin } from "../testing/durable-twin.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

describe("timers", () => {
  it("fire when the clock reaches their time, even thirty days ahead", async () => {
    const twin = await DurableTwin.start((df) => {
      df.app.activity("echo", { handler: (input) => input });
      df.app.orchestration("thirty-days", function* (context) {
        const start = context.df.currentUtcDateTime.getTime();
        yield context.df.createTimer(new Date(start + 30 * DAY_MS));
        const waitedMs = context.df.currentUtcDateTime.getTime() - start;
        return yield context.df.callActivity("echo", waitedMs);
      });
    });
    const id = await twin.client.startNew("thirty-days");
    await expect.poll(() => twin.taskHub.actionCounts().timersCreated).toBe(1);
    twin.clock.advance(29 * DAY_MS);
    await twin.idle();
    expect(twin.taskHub.find(id)?.status).toBe("Running");
    twin.clock.advance(DAY_MS);
    const { output } = await twin.end(id);
    expect(output).toBeGreaterThanOrEqual(30 * DAY_MS);
    expect(output).toBeLessThan(30 * DAY_MS + MINUTE_MS);
  });

  it("fire first when no event is raised", async () => {
    const twin = await DurableTwin.start((df) => {
      df.app.orchestration("race", function* (context) {
        const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + MINUTE_MS));
        const winner = yield context.df.Task.any([timer, context.df.waitForExternalEvent("go")]);
        return winner === timer ? "timer" : "event";
      });
    });
    const id = await twin.client.startNew("race");
    await expect.poll(() => twin.taskHub.actionCounts().timersCreated).toBe(1);
    twin.clock.advance(MINUTE_MS);
    expect((await twin.end(id)).output).toBe("timer");
  });

  it("do not fire after a cancellation", async () => {
    const twin = await DurableTwin.start((df) => {
      df.app.orchestration("offer", function* (context) {
        const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + MINUTE_MS));
        const accepted = context.df.waitForExternalEvent("accepted");
        const winner = yield context.df.Task.any([accepted, timer]);
        if (winner === accepted) timer.cancel();
        return yield context.df.waitForExternalEvent("finished");
      });
    });
    const id = await twin.client.startNew("offer");
    await twin.client.raiseEvent(id, "accepted", {});
    const { execution } = await twin.until(id, (instance) => instance.execution.history.length > 5);
    expect(execution.openTasks.size).toBe(0);
    twin.clock.advance(MINUTE_MS);
    await twin.client.raiseEvent(id, "finished", "in peace");
    const ended = await twin.end(id);
    expect(ended.output).toBe("in peace");
    expect(ended.execution.history.map((event) => event.EventType)).not.toContain(11);
  });

  it("keep an orchestration that has returned running until they fire", async () => {
    const twin = await DurableTwin.start((df) => {
      df.app.orchestration("careless", function* (context) {
        const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + MINUTE_MS));
        yield context.df.Task.any([timer, context.df.waitForExternalEvent("go")]);
        return "done";
      });
    });
    const id = await twin.client.startNew("careless");
    await twin.client.raiseEvent(id, "go", {});
    await expect.poll(() => twin.logs.join()).toContain("stays Running until its open tasks are completed");
    expect(twin.taskHub.find(id)?.status).toBe("Running");
    twin.clock.advance(MINUTE_MS);
    expect(await twin.end(id)).toMatchObject({ status: "Completed", output: "done" });
  });

  it("can be created in a loop to race against the same event", async () => {
    const twin = await DurableTwin.start((df) => {
      df.app.orchestration("alarm-clock", function* (context) {
        const changed = context.df.waitForExternalEvent("changed");
        for (let rings = 0; ; rings += 1) {
          const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + MINUTE_MS));
          const winner = yield context.df.Task.any([changed, timer]);
          if (winner === changed) {
            timer.cancel();
            return [rings, changed.result];
          }
        }
      });
    });
    const id = await twin.client.startNew("alarm-clock");
    for (const rings of [1, 2, 3]) {
      await expect.poll(() => twin.taskHub.actionCounts().timersCreated).toBe(rings);
      twin.clock.advance(MINUTE_MS);
    }
    await expect.poll(() => twin.taskHub.actionCounts().timersCreated).toBe(4);
    await twin.client.raiseEvent(id, "changed", { by: "customer" });
    expect((await twin.end(id)).output).toEqual([3, { by: "customer" }]);
  });
});

describe("external events", () => {
  it("are kept in order until the orchestration waits for them", async () => {
    const gate = Promise.withResolvers<void>();
    const twin = await DurableTwin.start((df) => {
      df.app.activity("slow", { handler: () => gate.promise });
      df.app.orchestration("collector", function* (context) {
        yield context.df.callActivity("slow");
        const events = [];
        for (let n = 0; n < 3; n += 1) events.push(yield context.df.waitForExternalEvent("e"));
        return events;
      });
    });
    const id = await twin.client.startNew("collector");
    for (const n of [1, 2, 3]) await twin.client.raiseEvent(id, "e", { n });
    gate.resolve();
    expect((await twin.end(id)).output).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  it("resume the orchestration that waits for their name", async () => {
    const twin = await DurableTwin.start((df) => {
      df.app.orchestration("waiter", function* (context) {
        const both = [context.df.waitForExternalEvent("left"), context.df.waitForExternalEvent("right")];
        return yield context.df.Task.all(both);
      });
    });
    const id = await twin.client.startNew("waiter");
    await twin.until(id, ({ status }) => status === "Running");
    await twin.client.raiseEvent(id, "right", "r");
    await twin.client.raiseEvent(id, "other", "o");
    await twin.client.raiseEvent(id, "left", "l");
    expect((await twin.end(id)).output).toEqual(["l", "r"]);
  });

  it("have no value when they are raised without one", async () => {
    const twin = await DurableTwin.start((df) => {
      df.app.orchestration("waiter", function* (context) {
        return [yield context.df.waitForExternalEvent("bare")];
      });
    });
    const id = await twin.client.startNew("waiter");
    await twin.client.raiseEvent(id, "bare", undefined);
    expect((await twin.end(id)).output).toEqual([null]);
  });

  it("stay in the inbox while the orchestration is suspended", async () => {
    const twin = await DurableTwin.start((df) => {
      df.app.orchestration("waiter", function* (context) {
        return yield context.df.waitForExternalEvent("go");
      });
    });
    const id = await twin.client.startNew("waiter");
    await twin.until(id, ({ status }) => status === "Running");
    await twin.client.suspend(id, "hold on");
    await twin.client.raiseEvent(id, "go", 1);
    await twin.idle();
    expect(twin.taskHub.find(id)).toMatchObject({ status: "Suspended", inbox: [{ Name: "go" }] });
    await twin.client.resume(id, "go on");
    expect(await twin.end(id)).toMatchObject({ status: "Completed", output: 1 });
  });
});
