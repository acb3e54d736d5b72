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
  it("when two calls with the same history ask for different things", async () => {
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

  it("when it does something only while it is not replayed", async () => {
    const twin = await DurableTwin.start((df) => {
      echo(df);
      df.app.orchestration("two-faced", function* (context) {
        if (!context.df.isReplaying) yield context.df.callActivity("echo", "first time");
        yield context.df.callActivity("echo", "always");
      });
    });
    await expectFailure(twin, "two-faced", "is not deterministic");
  });

  it("when it no longer does what it did in earlier turns", async () => {
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
    expect(output).toContain("no longer begin with those of its earlier turns");
  });

  it("when it uses one timer in two races", async () => {
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
    expect(output).toContain("A task was used in two of Task.any and Task.all: the timer for ");
  });

  it("when it uses one activity's task again after the activity has ended", async () => {
    const twin = await DurableTwin.start((df) => {
      echo(df);
      df.app.orchestration("thrifty", function* (context) {
        const first = context.df.callActivity("echo", 1);
        yield first;
        yield context.df.Task.all([first, context.df.callActivity("echo", 2)]);
      });
    });
    await expectFailure(twin, "thrifty", "A task was used in two of Task.any and Task.all: the call of 'echo'");
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
    await expectFailure(twin, message, `${message} is not supported by the local host`);
  });
});

describe("an app", () => {
  it("with an entity is refused", async () => {
    const start = DurableTwin.start((df) => {
      df.app.entity("counter", (context) => context.df.return(1));
    });
    await expect(start).rejects.toThrow("Entity 'counter' is not supported by the local host");
  });
});
