import { describe, expect, it } from "vitest";
import { DurableTwin } from "../testing/durable-twin.ts";
import type { DurableFunctions } from "../testing/in-process-app.ts";

const echo = (df: DurableFunctions): void => df.app.activity("echo", { handler: (input) => input }) && undefined;

const expectFailure = async (twin: DurableTwin, name: string, message: string): Promise<void> => {
  const { status, output } = await twin.run(name);
  expect(status).toBe("Failed");
  expect(output).toContain(message);
};

describe("an orchestrator fails", () => {
  it("when two calls with the same history return different actions", async () => {
    let calls = 0;
    const twin = await DurableTwin.start((df) => {
      echo(df);
      df.app.orchestration("moody", function* (context) {
        calls += 1;
        yield context.df.callActivity("echo", calls);
      });
    });
    await expectFailure(twin, "moody", "is not deterministic");
    expect(twin.taskHub.actionCounts().activitiesScheduled).toBe(0);
  });

  it("when it acts only outside of a replay", async () => {
    const twin = await DurableTwin.start((df) => {
      echo(df);
      df.app.orchestration("two-faced", function* (context) {
        if (!context.df.isReplaying) yield context.df.callActivity("echo", "first time");
        yield context.df.callActivity("echo", "always");
      });
    });
    await expectFailure(twin, "two-faced", "is not deterministic");
  });

  it("when it no longer returns the actions of earlier turns", async () => {
    const twin = await DurableTwin.start((df) => {
      echo(df);
      df.app.orchestration("changing", function* (context) {
        yield context.df.callActivity("echo", "old");
        yield context.df.waitForExternalEvent("go");
      });
    });
    const id = await twin.client.startNew("changing");
    await expect.poll(() => twin.taskHub.find(id)?.execution.stepCount).toBe(2);
    await twin.restart((df) => {
      echo(df);
      df.app.orchestration("changing", function* (context) {
        yield context.df.callActivity("echo", "new");
        yield context.df.waitForExternalEvent("go");
      });
    });
    await twin.client.raiseEvent(id, "go", {});
    const { status, output } = await twin.end(id);
    expect(status).toBe("Failed");
    expect(output).toContain("no longer start with those of its earlier turns");
  });

  it("when it uses one timer in two compound tasks", async () => {
    const twin = await DurableTwin.start((df) => {
      df.app.orchestration("thrifty", function* (context) {
        const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 60_000));
        yield context.df.Task.any([context.df.waitForExternalEvent("first"), timer]);
        yield context.df.Task.any([context.df.waitForExternalEvent("second"), timer]);
      });
    });
    const id = await twin.client.startNew("thrifty");
    await twin.client.raiseEvent(id, "first", {});
    const { status, output } = await twin.end(id);
    expect(status).toBe("Failed");
    expect(output).toContain("A task was used in more than one Task.any or Task.all: the timer for ");
  });

  it("when it reuses the task of an activity that has ended", async () => {
    const twin = await DurableTwin.start((df) => {
      echo(df);
      df.app.orchestration("thrifty", function* (context) {
        const first = context.df.callActivity("echo", 1);
        yield first;
        yield context.df.Task.all([first, context.df.callActivity("echo", 2)]);
      });
    });
    await expectFailure(twin, "thrifty", "A task was used in more than one Task.any or Task.all: the call of 'echo'");
  });

  it.each([
    ["callEntity", "callEntity"],
    ["signalEntity", "signalEntity"],
    ["callHttp", "callHttp"],
    ["lock", "lock"],
  ])("when it uses %s", async (_, message) => {
    const twin = await DurableTwin.start((df) => {
      df.app.orchestration("callEntity", function* (context) {
        yield context.df.callEntity(new df.EntityId("counter", "1"), "get");
      });
      df.app.orchestration("signalEntity", function* (context) {
        context.df.signalEntity(new df.EntityId("counter", "1"), "add");
        yield context.df.waitForExternalEvent("never");
      });
      df.app.orchestration("callHttp", function* (context) {
        yield context.df.callHttp({ method: "GET", url: "http://127.0.0.1:1/" });
      });
      df.app.orchestration("lock", function* (context) {
        yield context.df.lock(new df.EntityId("counter", "1"));
      });
    });
    await expectFailure(twin, message, `${message} is not supported by the twin`);
  });
});

describe("an app", () => {
  it("is refused when it has an entity", async () => {
    const start = DurableTwin.start((df) => {
      df.app.entity("counter", (context) => context.df.return(1));
    });
    await expect(start).rejects.toThrow("Entity 'counter' is not supported by the twin");
  });
});
