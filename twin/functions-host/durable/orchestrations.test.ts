import { describe, expect, it } from "vitest";
import { DurableTwin } from "../testing/durable-twin.ts";

describe("orchestrations", () => {
  it("runs activities in sequence and converts their inputs as Azure does", async () => {
    const twin = await DurableTwin.start((df) => {
      df.app.activity("echo", { handler: (input) => input });
      df.app.orchestration("sequence", function* (context) {
        const outputs = [];
        for (const input of [{ a: 1 }, "text", "7", 5, 0.5, undefined, null, [1, 2], true, false]) {
          outputs.push(yield context.df.callActivity("echo", input));
        }
        return outputs;
      });
    });
    const { status, output } = await twin.run("sequence");
    expect(status).toBe("Completed");
    expect(output).toEqual([{ a: 1 }, "text", "7", 5, 0.5, null, null, [1, 2], "True", "False"]);
  });

  it("passes the input to the orchestrator, by default an empty string", async () => {
    const twin = await DurableTwin.start((df) => {
      df.app.activity("echo", { handler: (input) => input });
      df.app.orchestration("input", function* (context) {
        return yield context.df.callActivity("echo", [context.df.getInput()]);
      });
    });
    expect((await twin.run("input", { n: 1 })).output).toEqual([{ n: 1 }]);
    expect((await twin.run("input", "text")).output).toEqual(["text"]);
    expect((await twin.run("input")).output).toEqual([""]);
  });

  it("passes the instance id to an activity", async () => {
    const twin = await DurableTwin.start((df) => {
      df.app.activity("whoami", { handler: (_, context) => context.triggerMetadata?.instanceId });
      df.app.orchestration("get-id", function* (context) {
        return yield context.df.callActivity("whoami");
      });
    });
    await twin.client.startNew("get-id", { instanceId: "me" });
    expect((await twin.end("me")).output).toBe("me");
  });

  it("runs activities in parallel and returns their results in the order of the calls", async () => {
    const gate = Promise.withResolvers<void>();
    let running = 0;
    const twin = await DurableTwin.start((df) => {
      df.app.activity("slow", {
        handler: async (n: number) => {
          running += 1;
          if (running === 3) gate.resolve();
          await gate.promise;
          return n * 10;
        },
      });
      df.app.orchestration("fan-out", function* (context) {
        return yield context.df.Task.all([3, 1, 2].map((n) => context.df.callActivity("slow", n)));
      });
    });
    expect((await twin.run("fan-out")).output).toEqual([30, 10, 20]);
  });

  it("continues after the first activity, and completes when the others have ended too", async () => {
    const gate = Promise.withResolvers<string>();
    const twin = await DurableTwin.start((df) => {
      df.app.activity("slow", { handler: () => gate.promise });
      df.app.activity("quick", { handler: () => "quick" });
      df.app.orchestration("race", function* (context) {
        const quick = context.df.callActivity("quick");
        const winner = yield context.df.Task.any([context.df.callActivity("slow"), quick]);
        context.df.setCustomStatus("decided");
        return winner === quick ? quick.result : "slow";
      });
    });
    const id = await twin.client.startNew("race");
    const decided = await twin.until(id, ({ customStatus }) => customStatus === "decided");
    expect(decided.status).toBe("Running");
    gate.resolve("slow");
    expect(await twin.end(id)).toMatchObject({ status: "Completed", output: "quick" });
  });

  it("fails with the message of the orchestrator's error", async () => {
    const twin = await DurableTwin.start((df) => {
      df.app.orchestration("thrower", function* (context) {
        yield context.df.waitForExternalEvent("go");
        throw new Error("out of luck");
      });
    });
    const id = await twin.client.startNew("thrower");
    await twin.client.raiseEvent(id, "go", {});
    const { status, output } = await twin.end(id);
    expect(status).toBe("Failed");
    expect(output).toContain("out of luck");
  });

  it("lets an orchestrator catch the failure of an activity", async () => {
    const twin = await DurableTwin.start((df) => {
      df.app.activity("broken", {
        handler: () => {
          throw new Error("broken for good");
        },
      });
      df.app.orchestration("catcher", function* (context) {
        try {
          yield context.df.callActivity("broken");
          return "not reached";
        } catch (error) {
          return (error as Error).message;
        }
      });
    });
    expect((await twin.run("catcher")).output).toContain("broken for good");
  });

  it("numbers activities correctly after a failed one", async () => {
    const twin = await DurableTwin.start((df) => {
      df.app.activity("half", {
        handler: (n: number) => {
          if (n % 2 === 1) throw new Error("odd");
          return n / 2;
        },
      });
      df.app.orchestration("halves", function* (context) {
        const halves: unknown[] = [];
        for (const n of [2, 3, 4, 5, 6]) {
          try {
            halves.push(yield context.df.callActivity("half", n));
          } catch {
            halves.push("odd");
          }
        }
        return halves;
      });
    });
    expect((await twin.run("halves")).output).toEqual([1, "odd", 2, "odd", 3]);
  });

  it("fails when the activity does not exist", async () => {
    const twin = await DurableTwin.start((df) => {
      df.app.orchestration("lost", function* (context) {
        yield context.df.callActivity("nowhere");
      });
    });
    const { status, output } = await twin.run("lost");
    expect(status).toBe("Failed");
    expect(output).toContain("The function 'nowhere' doesn't exist");
  });

  it("shows the custom status during and after the orchestration", async () => {
    const twin = await DurableTwin.start((df) => {
      df.app.orchestration("talkative", function* (context) {
        context.df.setCustomStatus({ step: 1 });
        yield context.df.waitForExternalEvent("go");
        context.df.setCustomStatus({ step: 2 });
      });
    });
    const id = await twin.client.startNew("talkative");
    await twin.until(id, ({ status }) => status === "Running");
    expect((await twin.client.getStatus(id)).customStatus).toEqual({ step: 1 });
    await twin.client.raiseEvent(id, "go", null);
    await twin.end(id);
    expect((await twin.client.getStatus(id)).customStatus).toEqual({ step: 2 });
  });

  it("discards the turn in progress when it is terminated", async () => {
    const twin = await DurableTwin.start((df) => {
      df.app.orchestration("waiter", function* (context) {
        return yield context.df.waitForExternalEvent("go");
      });
    });
    await twin.client.startNew("waiter", { instanceId: "x" });
    await twin.until("x", ({ status }) => status === "Running");
    const post = async (operation: string) =>
      twin.engine.handle({ method: "POST", url: new URL(`instances/x/${operation}`, twin.apiUrl), body: "" });
    await Promise.all([post("raiseEvent/go"), post("terminate?reason=enough")]);
    await twin.idle();
    expect(twin.taskHub.find("x")).toMatchObject({ status: "Terminated", output: "enough" });
  });

  it("counts the durable actions", async () => {
    const twin = await DurableTwin.start((df) => {
      df.app.activity("echo", { handler: (input) => input });
      df.app.orchestration("counted", function* (context) {
        yield context.df.Task.all([context.df.callActivity("echo", 1), context.df.callActivity("echo", 2)]);
        const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 60_000));
        yield context.df.Task.any([timer, context.df.waitForExternalEvent("go")]);
        timer.cancel();
      });
    });
    const id = await twin.client.startNew("counted");
    await twin.client.raiseEvent(id, "go", {});
    await twin.end(id);
    expect(twin.taskHub.actionCounts()).toEqual({
      orchestrationsStarted: 1,
      activitiesScheduled: 2,
      timersCreated: 1,
      eventsRaised: 1,
    });
  });

  it("runs two hundred orchestrations of five activities at once", async () => {
    const twin = await DurableTwin.start((df) => {
      df.app.activity("increment", { handler: (n: number) => n + 1 });
      df.app.orchestration("climb", function* (context) {
        let n = context.df.getInput<number>();
        for (let step = 0; step < 5; step += 1) n = yield context.df.callActivity("increment", n);
        return n;
      });
    });
    const inputs = Array.from({ length: 200 }, (_, index) => index);
    const ids = await Promise.all(inputs.map((input) => twin.client.startNew("climb", { input })));
    const ended = await Promise.all(ids.map((id) => twin.end(id)));
    expect(ended.map(({ output }) => output)).toEqual(inputs.map((input) => input + 5));
    expect(twin.taskHub.actionCounts().activitiesScheduled).toBe(1000);
  });
});

describe("continueAsNew", () => {
  it("starts again with the new input and a new history", async () => {
    const twin = await DurableTwin.start((df) => {
      df.app.activity("echo", { handler: (input) => input });
      df.app.orchestration("loop", function* (context) {
        const { n } = context.df.getInput<{ n: number }>();
        yield context.df.callActivity("echo", n);
        if (n < 3) return context.df.continueAsNew({ n: n + 1 });
        return n;
      });
    });
    const { output, execution } = await twin.run("loop", { n: 0 });
    expect(output).toBe(3);
    expect(execution.nextTaskId).toBe(1);
  });

  it("serializes a string twice, as Azure does", async () => {
    const twin = await DurableTwin.start((df) => {
      df.app.activity("echo", { handler: (input) => input });
      df.app.orchestration("wrapper", function* (context) {
        const input: string = yield context.df.callActivity("echo", context.df.getInput());
        return input === "a" ? context.df.continueAsNew("b") : input;
      });
    });
    expect((await twin.run("wrapper", "a")).output).toBe('"b"');
  });

  it("fails while a timer is open", async () => {
    const twin = await DurableTwin.start((df) => {
      df.app.orchestration("careless", function* (context) {
        const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 60_000));
        yield context.df.Task.any([timer, context.df.waitForExternalEvent("again")]);
        context.df.continueAsNew({});
      });
    });
    const id = await twin.client.startNew("careless");
    await twin.client.raiseEvent(id, "again", {});
    const { status, output } = await twin.end(id);
    expect(status).toBe("Failed");
    expect(output).toContain("cancel the timer first");
  });
});

describe("sub-orchestrations", () => {
  it("return their output to the parent", async () => {
    const twin = await DurableTwin.start((df) => {
      df.app.activity("double", { handler: (n: number) => n * 2 });
      df.app.orchestration("child", function* (context) {
        const doubled = yield context.df.callActivity("double", context.df.getInput<number>());
        return { doubled, parent: context.df.parentInstanceId };
      });
      df.app.orchestration("parent", function* (context) {
        return yield context.df.Task.all([1, 2].map((n) => context.df.callSubOrchestrator("child", n)));
      });
    });
    const { instanceId, output } = await twin.run("parent");
    expect(output).toEqual([
      { doubled: 2, parent: instanceId },
      { doubled: 4, parent: instanceId },
    ]);
    expect(twin.taskHub.actionCounts().orchestrationsStarted).toBe(3);
  });

  it("report their failure to the parent", async () => {
    const twin = await DurableTwin.start((df) => {
      df.app.activity("broken", {
        handler: () => {
          throw new Error("child trouble");
        },
      });
      df.app.orchestration("child", function* (context) {
        yield context.df.callActivity("broken");
      });
      df.app.orchestration("parent", function* (context) {
        try {
          yield context.df.callSubOrchestrator("child", {}, "the-child");
          return "not reached";
        } catch (error) {
          return (error as Error).message;
        }
      });
    });
    expect((await twin.run("parent")).output).toContain("child trouble");
    expect(twin.taskHub.find("the-child")?.status).toBe("Failed");
  });

  it("fail when an unfinished instance has the same id", async () => {
    const twin = await DurableTwin.start((df) => {
      df.app.orchestration("waiter", function* (context) {
        yield context.df.waitForExternalEvent("never");
      });
      df.app.orchestration("parent", function* (context) {
        yield context.df.callSubOrchestrator("waiter", {}, "taken");
      });
    });
    await twin.client.startNew("waiter", { instanceId: "taken" });
    const { status, output } = await twin.run("parent");
    expect(status).toBe("Failed");
    expect(output).toContain("An unfinished instance has the ID 'taken'");
  });
});
