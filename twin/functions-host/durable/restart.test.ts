import { describe, expect, it } from "vitest";
import { DurableTwin } from "../testing/durable-twin.ts";
import type { DurableFunctions } from "../testing/in-process-app.ts";

/** Registers the activity `step`, which waits for `gate` in its first run, and an orchestration of three steps. */
const threeSteps = (gate: Promise<unknown>, runs: string[]) => (df: DurableFunctions) => {
  df.app.activity("step", {
    handler: async (name: string) => {
      runs.push(name);
      if (runs.length === 2) await gate;
      return `${name} done`;
    },
  });
  df.app.orchestration("three-steps", function* (context) {
    const results = [];
    for (const name of ["one", "two", "three"]) results.push(yield context.df.callActivity("step", name));
    return results;
  });
};
const ALL_DONE = ["one done", "two done", "three done"];

describe("a new engine on the same task hub", () => {
  it("runs activities without an outcome again", async () => {
    const runs: string[] = [];
    const twin = await DurableTwin.start(threeSteps(new Promise(() => undefined), runs));
    const id = await twin.client.startNew("three-steps");
    await expect.poll(() => runs).toEqual(["one", "two"]);
    await twin.restart();
    expect((await twin.end(id)).output).toEqual(ALL_DONE);
    expect(runs).toEqual(["one", "two", "two", "three"]);
  });

  it("ignores the outcome of an activity that the previous engine started", async () => {
    const runs: string[] = [];
    const gate = Promise.withResolvers<void>();
    const twin = await DurableTwin.start(threeSteps(gate.promise, runs));
    const id = await twin.client.startNew("three-steps");
    await expect.poll(() => runs).toEqual(["one", "two"]);
    twin.engine.stop();
    gate.resolve();
    await twin.idle();
    expect(twin.taskHub.find(id)?.inbox).toEqual([]);
    await twin.restart();
    expect((await twin.end(id)).output).toEqual(ALL_DONE);
    expect(runs).toEqual(["one", "two", "two", "three"]);
  });

  it("does not repeat an activity with an outcome", async () => {
    const runs: string[] = [];
    const gate = Promise.withResolvers<void>();
    const twin = await DurableTwin.start(threeSteps(gate.promise, runs));
    const id = await twin.client.startNew("three-steps");
    await expect.poll(() => runs).toEqual(["one", "two"]);
    await twin.client.suspend(id, "");
    gate.resolve();
    await twin.until(id, ({ inbox }) => inbox.length === 1);
    await twin.restart();
    await twin.client.resume(id, "");
    expect((await twin.end(id)).output).toEqual(ALL_DONE);
    expect(runs).toEqual(["one", "two", "three"]);
  });

  it.each(["stopped", "killed"])("continues from any point at which the previous one was %s", async (how) => {
    const twin = await DurableTwin.start(threeSteps(Promise.resolve(), []));
    const start = async (): Promise<string> => {
      twin.engine.stop();
      const id = await twin.client.startNew("three-steps");
      await twin.restart();
      return id;
    };
    // Every round interrupts the orchestration a few microtasks later, until it completes without an interruption.
    for (let ticks = 0, isOver = false; !isOver; ticks += 4) {
      const id = await start();
      for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve();
      isOver = twin.taskHub.find(id)?.status === "Completed";
      if (how === "killed") twin.app.kill();
      await twin.restart();
      expect(await twin.end(id)).toMatchObject({ status: "Completed", output: ALL_DONE });
    }
  });

  it("repeats a turn that was interrupted by a kill", async () => {
    const twin = await DurableTwin.start((df) => {
      df.app.orchestration("waiter", function* (context) {
        return yield context.df.waitForExternalEvent("go");
      });
    });
    const id = await twin.client.startNew("waiter");
    await twin.until(id, ({ status }) => status === "Running");
    twin.app.kill();
    await twin.client.raiseEvent(id, "go", "kept");
    await twin.idle();
    expect(twin.taskHub.find(id)?.status).toBe("Running");
    await twin.restart();
    expect((await twin.end(id)).output).toBe("kept");
  });

  it("fires timers that became due without an engine, and future ones", async () => {
    const twin = await DurableTwin.start((df) => {
      df.app.orchestration("sleeper", function* (context) {
        const minutes = context.df.getInput<number>();
        yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + minutes * 60_000));
        return minutes;
      });
    });
    const [short, long] = await Promise.all([1, 60].map((input) => twin.client.startNew("sleeper", { input })));
    await expect.poll(() => twin.taskHub.actionCounts().timersCreated).toBe(2);
    twin.engine.stop();
    twin.clock.advance(60_000);
    await twin.restart();
    expect((await twin.end(short ?? "")).output).toBe(1);
    expect(twin.taskHub.find(long ?? "")?.status).toBe("Running");
    twin.clock.advance(59 * 60_000);
    expect((await twin.end(long ?? "")).output).toBe(60);
  });

  it("processes events that arrived while the previous one was stopped", async () => {
    const twin = await DurableTwin.start((df) => {
      df.app.orchestration("waiter", function* (context) {
        return yield context.df.waitForExternalEvent("go");
      });
    });
    twin.engine.stop();
    await twin.client.startNew("waiter", { instanceId: "late" });
    await twin.client.raiseEvent("late", "go", "in time");
    expect(twin.taskHub.find("late")?.status).toBe("Pending");
    await twin.restart();
    expect((await twin.end("late")).output).toBe("in time");
  });
});
