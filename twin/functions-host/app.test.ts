import { describe, expect, it, onTestFinished, vi } from "vitest";
import { TwinClock } from "../clock.ts";
import { App, type AppOptions } from "./app.ts";
import { AppStoppedError, type HttpData, type TypedData } from "./invocation.ts";
import type { LogEntry } from "./log.ts";
import { buildApp } from "./testing/test-app.ts";

const startApp = async (source: string, options: Partial<AppOptions> = {}) => {
  const log: LogEntry[] = [];
  const clock = new TwinClock();
  const app = await App.start({
    appRoot: await buildApp(source),
    env: {},
    clock: clock.shared,
    log: (entry) => log.push(entry),
    faults: {},
    inputFor: () => ({}),
    ...options,
  });
  onTestFinished(() => app.kill());
  return { app, clock, log };
};

/** An app with one function, which Event Grid would call. */
const withHandler = (handler: string) => `app.eventGrid("f", { handler: ${handler} });`;

/** What a function that returns this expression gives back. */
const returnOf = async (expression: string) => {
  const { app } = await startApp(withHandler(`() => (${expression})`));
  return (await app.invoke("f", {})).returnValue;
};

describe("a function's input", () => {
  it.each<[string, TypedData, unknown]>([
    ["text that is JSON, parsed", { string: '{"a":1}' }, { a: 1 }],
    ["text that looks like a number, as that number", { string: "12025550100" }, 12025550100],
    ["other text, as it is", { string: "0012" }, "0012"],
    ["JSON, parsed", { json: "[true]" }, [true]],
    ["bytes, as a Buffer", { bytes: Uint8Array.of(1, 2) }, { type: "Buffer", data: [1, 2] }],
    ["a whole number", { int: 7 }, 7],
    ["a number with a fraction", { double: 0.5 }, 0.5],
    ["texts, each parsed", { collectionString: { string: ['{"a":1}', "b"] } }, [{ a: 1 }, "b"]],
    ["nothing, as undefined", {}, "nothing"],
  ])("is %s", async (_, input, expected) => {
    const { app } = await startApp(withHandler(`(input) => JSON.stringify(input === undefined ? "nothing" : input)`));
    const { returnValue } = await app.invoke("f", input);
    expect(JSON.parse(returnValue?.string ?? "")).toEqual(expected);
  });

  it("comes with trigger metadata, the first letter of each key in lower case, in values too", async () => {
    const { app } = await startApp(withHandler("(_, context) => context.triggerMetadata"));
    const metadata = { MessageId: { string: "m1" }, UserProperties: { json: '{"TraceId":"t"}' } };
    const { returnValue } = await app.invoke("f", {}, metadata);
    expect(JSON.parse(returnValue?.json ?? "")).toEqual({ messageId: "m1", userProperties: { traceId: "t" } });
  });

  it("comes with the other inputs that it has bound", async () => {
    const source = `
      const client = { type: "durableClient", name: "client" };
      app.eventGrid("f", { extraInputs: [client], handler: (_, context) => context.extraInputs.get("client") });`;
    const { app } = await startApp(source, { inputFor: (binding) => ({ string: `{"for":"${binding.name}"}` }) });
    expect((await app.invoke("f", {})).returnValue).toEqual({ json: '{"for":"client"}' });
  });
});

describe("a function's return value", () => {
  it.each([
    ["'text'", { string: "text" }],
    ["7", { int: 7 }],
    ["0.5", { double: 0.5 }],
    ["true", { json: "true" }],
    ["({ a: [1] })", { json: '{"a":[1]}' }],
    ["Buffer.from([1, 2])", { bytes: Uint8Array.of(1, 2) }],
    ["undefined", undefined],
    ["null", null],
  ])("of %s is %j", async (expression, expected) => {
    expect(await returnOf(expression)).toEqual(expected);
  });
});

describe("a call", () => {
  it("finds its function whatever the case of the name", async () => {
    const { app } = await startApp(`app.eventGrid("MyEvent", { handler: (_, context) => context.functionName });`);
    expect((await app.invoke("MYevent", {})).returnValue).toEqual({ string: "MyEvent" });
  });

  it("throws what the function threw, name and message unchanged", async () => {
    const { app } = await startApp(withHandler(`() => { throw new RangeError("too far\\n\\n$OutOfProcData$:{}"); }`));
    await expect(app.invoke("f", {})).rejects.toMatchObject({
      name: "RangeError",
      message: "too far\n\n$OutOfProcData$:{}",
    });
  });

  it("throws what is no Error as text", async () => {
    const { app } = await startApp(withHandler(`() => { throw "just text"; }`));
    await expect(app.invoke("f", {})).rejects.toThrow("just text");
  });

  it("runs beside others", async () => {
    const { app } = await startApp(`
      let release;
      app.eventGrid("first", { handler: () => new Promise((resolve) => { release = resolve; }) });
      app.eventGrid("second", { handler: () => release("released") });`);
    const first = app.invoke("first", {});
    expect(app.inFlight()).toBe(1);
    await app.invoke("second", {});
    expect((await first).returnValue).toEqual({ string: "released" });
    expect(app.inFlight()).toBe(0);
  });

  it("has a trace of its own, or its caller's", async () => {
    const { app } = await startApp(
      `app.http("f", { handler: (_, context) => ({ body: context.traceContext.traceParent }) });`,
    );
    const trace = async (traceparent?: string) => {
      const nullableHeaders: HttpData["nullableHeaders"] = traceparent ? { traceparent: { value: traceparent } } : {};
      const http = { method: "GET", url: "http://localhost/", nullableHeaders };
      const { returnValue } = await app.invoke("f", { http });
      return Buffer.from(returnValue?.http?.body?.bytes ?? []).toString();
    };
    const callers = "0af7651916cd43dd8448eb211c80319c";
    expect(await trace()).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(await trace(`00-${callers}-b7ad6b7169203331-01`)).toMatch(new RegExp(`^00-${callers}-(?!b7ad6b7169203331)`));
  });

  it("logs through its context with function and call", async () => {
    const { app, log } = await startApp(
      withHandler(`(_, context) => { context.warn("low on", { ink: 3 }); return context.invocationId; }`),
    );
    const { returnValue } = await app.invoke("f", {});
    expect(log).toContainEqual({
      level: "warning",
      source: "app",
      functionName: "f",
      invocationId: returnValue?.string,
      message: "low on { ink: 3 }",
    });
  });

  it("is warned of in the log when it logs after it has ended", async () => {
    const { app, log } = await startApp(withHandler(`(_, context) => { setTimeout(() => context.log("late"), 1); }`));
    await app.invoke("f", {});
    await vi.waitFor(() => expect(log.map((entry) => entry.message).join()).toContain("Unexpected call to 'log'"));
  });
});

describe("hooks", () => {
  it("run around each call and may change inputs, handler and result", async () => {
    const { app } = await startApp(`
      app.hook.preInvocation((context) => {
        context.inputs = [...context.inputs.map((input) => input + 1)];
        const inner = context.functionHandler;
        context.functionHandler = (...args) => inner(...args) * 10;
        context.hookData.seen = "yes";
      });
      app.hook.postInvocation((context) => { context.result = context.hookData.seen + context.result; });
      app.eventGrid("f", { handler: (input) => input });`);
    expect((await app.invoke("f", { int: 1 })).returnValue).toEqual({ string: "yes20" });
  });

  it("may take an error away, or bring one", async () => {
    const { app } = await startApp(`
      app.hook.postInvocation((context) => {
        context.error = context.error ? null : new Error("brought");
        context.result = "mended";
      });
      app.eventGrid("bad", { handler: () => { throw new Error("lost"); } });
      app.eventGrid("good", { handler: () => "fine" });`);
    expect((await app.invoke("bad", {})).returnValue).toEqual({ string: "mended" });
    await expect(app.invoke("good", {})).rejects.toThrow("brought");
  });

  it("run when the app starts and ends", async () => {
    const { app, log } = await startApp(`
      app.hook.appStart((context) => { context.hookData.name = "hilo"; console.log("start"); });
      app.hook.appTerminate(async (context) => { await null; console.log("end of " + context.hookData.name); });`);
    await app.terminate();
    await vi.waitFor(() => {
      const lines = log.filter((entry) => entry.source === "console").map((entry) => entry.message);
      expect(lines).toEqual(["start", "end of hilo"]);
    });
  });

  it("of a kind that the twin does not run refuse the app", async () => {
    await expect(startApp(`app.hook.log(() => {});`)).rejects.toThrow("Log hooks require Azure Functions Host");
  });
});

describe("an app", () => {
  it("sees its settings and nothing else of the environment", async () => {
    const { app } = await startApp(withHandler("() => process.env"), { env: { COLOUR: "blue" } });
    expect(JSON.parse((await app.invoke("f", {})).returnValue?.json ?? "")).toEqual({ COLOUR: "blue" });
  });

  it("has what it prints in the log", async () => {
    const { log } = await startApp(`console.log("to stdout"); console.error("to stderr");`);
    await vi.waitFor(() => {
      expect(log).toContainEqual({ level: "information", source: "console", message: "to stdout" });
      expect(log).toContainEqual({ level: "error", source: "console", message: "to stderr" });
    });
  });

  it.each([
    ["throws while it is loaded", `throw new Error("no such setting: COLOUR");`, "no such setting: COLOUR"],
    ["throws in an appStart hook", `app.hook.appStart(() => { throw new Error("not today"); });`, "not today"],
    ["ends itself while it is loaded", "process.exit(3);", "code 3"],
    [
      "has two functions whose names differ in case only",
      `app.http("one", { handler: () => ({}) }); app.http("ONE", { handler: () => ({}) });`,
      '"ONE" has already been registered',
    ],
    [
      "has a trigger that the twin lacks",
      `app.storageQueue("f", { queueName: "q", connection: "C", handler() {} });`,
      '"queueTrigger"',
    ],
    [
      "has an output that the twin lacks",
      `import { output } from "@azure/functions";
       app.http("f", { extraOutputs: [output.serviceBusQueue({ queueName: "q", connection: "C" })], handler: () => ({}) });`,
      '"serviceBus" (out)',
    ],
    [
      "has a retry policy",
      `app.timer("f", { schedule: "0 * * * * *", retry: { strategy: "fixedDelay", maxRetryCount: 2, delayInterval: 1 }, handler() {} });`,
      "retry policies",
    ],
    [
      "streams HTTP",
      `app.setup({ enableHttpStream: true }); app.http("f", { handler: () => ({}) });`,
      "HTTP streaming",
    ],
  ])("is refused when it %s", async (_, source, why) => {
    await expect(startApp(source)).rejects.toThrow(why);
  });

  it("cannot register a function once it runs", async () => {
    const { app } = await startApp(withHandler(`() => app.http("late", { handler: () => ({}) })`));
    await expect(app.invoke("f", {})).rejects.toThrow("A function can only be registered during app startup.");
  });

  it("is started anew when an error has escaped it; the calls under way fail", async () => {
    const { app, log } = await startApp(`
      app.eventGrid("crash", { handler: () => new Promise(() => setImmediate(() => { throw new Error("escaped"); })) });
      app.eventGrid("f", { handler: () => "alive" });`);
    await expect(app.invoke("crash", {})).rejects.toThrow("escaped");
    expect((await app.invoke("f", {})).returnValue).toEqual({ string: "alive" });
    expect(log).toContainEqual(expect.objectContaining({ level: "critical" }));
  });

  it("that is killed ends at any instruction; calls under way end with AppStoppedError", async () => {
    const { app } = await startApp(withHandler("() => { for (;;); }"));
    const call = app.invoke("f", {});
    const outcome = expect(call).rejects.toThrow(AppStoppedError);
    await app.kill();
    await outcome;
    await expect(app.invoke("f", {})).rejects.toThrow(AppStoppedError);
  });
});

describe("the time of an app", () => {
  it("is the twin's, and follows it", async () => {
    const { app, clock } = await startApp(withHandler("() => [Date.now(), new Date().getTime(), Date.parse(Date())]"));
    const days = 40 * 86_400_000;
    clock.advance(days);
    const times: number[] = JSON.parse((await app.invoke("f", {})).returnValue?.json ?? "");
    for (const time of times) expect(Math.abs(time - clock.now())).toBeLessThan(5_000);
    expect(clock.now() - Date.now()).toBeGreaterThan(days - 5_000);
  });

  it.each([
    ["new Date(0).toISOString()", "1970-01-01T00:00:00.000Z"],
    ["new Date(2026, 0).getMonth()", 0],
    ["Date.UTC(1970, 0, 2)", 86_400_000],
    ["new Date() instanceof Date", true],
    ["structuredClone(new Date()) instanceof Date", true],
    ["new Date().constructor === Date", true],
    ["new (class Day extends Date { year() { return this.getUTCFullYear(); } })(0).year()", 1970],
    ["Object.prototype.toString.call(new Date())", "[object Date]"],
    ["Date.name", "Date"],
  ])("changes nothing else: %s is %j", async (expression, expected) => {
    const { app } = await startApp(withHandler(`() => JSON.stringify(${expression})`));
    expect((await app.invoke("f", {})).returnValue?.string).toBe(JSON.stringify(expected));
  });
});

describe("a wait of an app", () => {
  /** A function that waits in two ways. */
  const WAITING = `
    import { setTimeout as delay } from "node:timers/promises";
    app.eventGrid("f", { handler: (seconds, context) => {
      const waited = delay(seconds * 1000, "waited");
      context.log("waiting");
      return waited;
    } });
    app.eventGrid("global", { handler: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000, "waited")) });`;

  it("ends when the twin's clock is advanced past its end", async () => {
    const { app, clock, log } = await startApp(WAITING);
    const call = app.invoke("f", { int: 3600 });
    await vi.waitFor(() => expect(log.map(({ message }) => message)).toContain("waiting"));
    clock.advance(3_600_000);
    expect((await call).returnValue).toEqual({ string: "waited" });
  });

  it("ends in real time when the twin's clock is not advanced", async () => {
    const { app } = await startApp(WAITING);
    const startedAt = performance.now();
    await app.invoke("f", { double: 0.1 });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(99);
  });

  it("is in real time when it uses the global setTimeout, as the Azure SDKs do", async () => {
    const { app, clock } = await startApp(WAITING);
    const startedAt = performance.now();
    const call = app.invoke("global", { double: 0.2 });
    clock.advance(3_600_000);
    await call;
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(199);
  });
});

describe("the fault points", () => {
  it("fail a call before the app gets it", async () => {
    const { app, log } = await startApp(withHandler(`(_, context) => context.log("ran")`), {
      faults: {
        beforeInvocation: ({ functionName }) => {
          throw new Error(`no ${functionName} today`);
        },
      },
    });
    await expect(app.invoke("F", {})).rejects.toThrow("no f today");
    expect(log.filter((entry) => entry.source === "app")).toEqual([]);
  });

  it("fail a call after the function has succeeded", async () => {
    const { app, log } = await startApp(withHandler(`(_, context) => context.log("ran")`), {
      faults: {
        afterInvocation: async () => {
          throw new Error("answer lost");
        },
      },
    });
    await expect(app.invoke("f", {})).rejects.toThrow("answer lost");
    expect(log.filter((entry) => entry.source === "app")).toHaveLength(1);
  });

  it("can kill the app between success and answer", async () => {
    let kill = async () => {};
    const { app } = await startApp(withHandler("() => 1"), { faults: { afterInvocation: () => kill() } });
    kill = () => app.kill();
    await expect(app.invoke("f", {})).rejects.toThrow(AppStoppedError);
  });
});
