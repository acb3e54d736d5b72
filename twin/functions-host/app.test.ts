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

/** An app with one function with an Event Grid trigger. */
const withHandler = (handler: string) => `app.eventGrid("f", { handler: ${handler} });`;

/** The result of a function that returns this expression. */
const returnOf = async (expression: string) => {
  const { app } = await startApp(withHandler(`() => (${expression})`));
  return (await app.invoke("f", {})).returnValue;
};

describe("the input of a function", () => {
  it.each<[string, TypedData, unknown]>([
    ["JSON text, parsed", { string: '{"a":1}' }, { a: 1 }],
    ["digits, parsed to a number", { string: "12025550100" }, 12025550100],
    ["other text, unchanged", { string: "0012" }, "0012"],
    ["JSON, parsed", { json: "[true]" }, [true]],
    ["bytes, as a Buffer", { bytes: Uint8Array.of(1, 2) }, { type: "Buffer", data: [1, 2] }],
    ["a whole number", { int: 7 }, 7],
    ["a number with a fraction", { double: 0.5 }, 0.5],
    ["several texts, all parsed", { collectionString: { string: ['{"a":1}', "b"] } }, [{ a: 1 }, "b"]],
    ["no value, as undefined", {}, "undefined"],
  ])("is %s", async (_, input, expected) => {
    const { app } = await startApp(withHandler(`(input) => JSON.stringify(input === undefined ? "undefined" : input)`));
    const { returnValue } = await app.invoke("f", input);
    expect(JSON.parse(returnValue?.string ?? "")).toEqual(expected);
  });

  it("has trigger metadata whose keys start in lower case, in nested values too", async () => {
    const { app } = await startApp(withHandler("(_, context) => context.triggerMetadata"));
    const metadata = { MessageId: { string: "m1" }, UserProperties: { json: '{"TraceId":"t"}' } };
    const { returnValue } = await app.invoke("f", {}, metadata);
    expect(JSON.parse(returnValue?.json ?? "")).toEqual({ messageId: "m1", userProperties: { traceId: "t" } });
  });

  it("has the extra inputs of the function", async () => {
    const source = `
      const client = { type: "durableClient", name: "client" };
      app.eventGrid("f", { extraInputs: [client], handler: (_, context) => context.extraInputs.get("client") });`;
    const { app } = await startApp(source, { inputFor: (binding) => ({ string: `{"for":"${binding.name}"}` }) });
    expect((await app.invoke("f", {})).returnValue).toEqual({ json: '{"for":"client"}' });
  });
});

describe("the return value of a function", () => {
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

describe("an invocation", () => {
  it("finds its function by name in any case", async () => {
    const { app } = await startApp(`app.eventGrid("MyEvent", { handler: (_, context) => context.functionName });`);
    expect((await app.invoke("MYevent", {})).returnValue).toEqual({ string: "MyEvent" });
  });

  it("throws the error of the function with its name and message", async () => {
    const { app } = await startApp(withHandler(`() => { throw new RangeError("too far\\n\\n$OutOfProcData$:{}"); }`));
    await expect(app.invoke("f", {})).rejects.toMatchObject({
      name: "RangeError",
      message: "too far\n\n$OutOfProcData$:{}",
    });
  });

  it("throws other values as text", async () => {
    const { app } = await startApp(withHandler(`() => { throw "just text"; }`));
    await expect(app.invoke("f", {})).rejects.toThrow("just text");
  });

  it("runs in parallel with others", async () => {
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

  /** The app that returns its trace, and the header of its caller. */
  const startTraced = async (env: Readonly<Record<string, string>>) => {
    const { app } = await startApp(
      `app.http("f", { handler: (_, context) => ({ jsonBody: [context.traceContext.traceParent] }) });`,
      { env },
    );
    return async (traceparent?: string): Promise<string> => {
      const nullableHeaders: HttpData["nullableHeaders"] = traceparent ? { traceparent: { value: traceparent } } : {};
      const http = { method: "GET", url: "http://localhost/", nullableHeaders };
      const { returnValue } = await app.invoke("f", { http });
      return JSON.parse(Buffer.from(returnValue?.http?.body?.bytes ?? []).toString())[0];
    };
  };

  const CALLERS = "0af7651916cd43dd8448eb211c80319c";

  it("has a new trace, or that of its caller, with Application Insights", async () => {
    const trace = await startTraced({ APPLICATIONINSIGHTS_CONNECTION_STRING: "InstrumentationKey=0" });
    expect(await trace()).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(await trace(`00-${CALLERS}-b7ad6b7169203331-01`)).toMatch(new RegExp(`^00-${CALLERS}-(?!b7ad6b7169203331)`));
  });

  it("has an empty trace without Application Insights", async () => {
    const trace = await startTraced({});
    expect(await trace(`00-${CALLERS}-b7ad6b7169203331-01`)).toBe("");
  });

  it("logs with the name of the function and the id of the invocation", async () => {
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

  it("is reported in the log when it logs after its end", async () => {
    const { app, log } = await startApp(withHandler(`(_, context) => { setTimeout(() => context.log("late"), 1); }`));
    await app.invoke("f", {});
    await vi.waitFor(() => expect(log.map((entry) => entry.message).join()).toContain("Unexpected call to 'log'"));
  });
});

describe("hooks", () => {
  it("run around every invocation and may change inputs, handler and result", async () => {
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

  it("may remove an error or add one", async () => {
    const { app } = await startApp(`
      app.hook.postInvocation((context) => {
        context.error = context.error ? null : new Error("added");
        context.result = "mended";
      });
      app.eventGrid("bad", { handler: () => { throw new Error("lost"); } });
      app.eventGrid("good", { handler: () => "fine" });`);
    expect((await app.invoke("bad", {})).returnValue).toEqual({ string: "mended" });
    await expect(app.invoke("good", {})).rejects.toThrow("added");
  });

  it("run when the app starts and stops", async () => {
    const { app, log } = await startApp(`
      app.hook.appStart((context) => { context.hookData.name = "app"; console.log("start"); });
      app.hook.appTerminate(async (context) => { await null; console.log("end of " + context.hookData.name); });`);
    await app.terminate();
    await vi.waitFor(() => {
      const lines = log.filter((entry) => entry.source === "console").map((entry) => entry.message);
      expect(lines).toEqual(["start", "end of app"]);
    });
  });

  it("make the app fail to start when the twin does not support them", async () => {
    await expect(startApp(`app.hook.log(() => {});`)).rejects.toThrow("Log hooks require Azure Functions Host");
  });
});

describe("an app", () => {
  it("has only its settings as environment variables", async () => {
    const { app } = await startApp(withHandler("() => process.env"), { env: { COLOUR: "blue" } });
    expect(JSON.parse((await app.invoke("f", {})).returnValue?.json ?? "")).toEqual({ COLOUR: "blue" });
  });

  it("has its console output in the log", async () => {
    const { log } = await startApp(`console.log("to stdout"); console.error("to stderr");`);
    await vi.waitFor(() => {
      expect(log).toContainEqual({ level: "information", source: "console", message: "to stdout" });
      expect(log).toContainEqual({ level: "error", source: "console", message: "to stderr" });
    });
  });

  it.each([
    ["throws while it is loading", `throw new Error("no such setting: COLOUR");`, "no such setting: COLOUR"],
    ["throws in an appStart hook", `app.hook.appStart(() => { throw new Error("not today"); });`, "not today"],
    ["exits while it is loading", "process.exit(3);", "code 3"],
    [
      "has two functions whose names differ in case only",
      `app.http("one", { handler: () => ({}) }); app.http("ONE", { handler: () => ({}) });`,
      '"ONE" has already been registered',
    ],
    [
      "has an unsupported trigger",
      `app.storageQueue("f", { queueName: "q", connection: "C", handler() {} });`,
      '"queueTrigger"',
    ],
    [
      "has an unsupported output",
      `import { output } from "@azure/functions";
       app.http("f", { extraOutputs: [output.serviceBusQueue({ queueName: "q", connection: "C" })], handler: () => ({}) });`,
      '"serviceBus" (out)',
    ],
    [
      "has a retry policy",
      `app.timer("f", { schedule: "0 * * * * *", retry: { strategy: "fixedDelay", maxRetryCount: 2, delayInterval: 1 }, handler() {} });`,
      "retry policies",
    ],
    ["streams HTTP", `app.setup({ enableHttpStream: true }); app.http("f", { handler: () => ({}) });`, "HTTP streams"],
  ])("fails to start when it %s", async (_, source, why) => {
    await expect(startApp(source)).rejects.toThrow(why);
  });

  it("cannot register a function after its start", async () => {
    const { app } = await startApp(withHandler(`() => app.http("late", { handler: () => ({}) })`));
    await expect(app.invoke("f", {})).rejects.toThrow("A function can only be registered during app startup.");
  });

  it("is restarted after an uncaught error, which fails the pending invocations", async () => {
    const { app, log } = await startApp(`
      app.eventGrid("crash", { handler: () => new Promise(() => setImmediate(() => { throw new Error("escaped"); })) });
      app.eventGrid("f", { handler: () => "alive" });`);
    await expect(app.invoke("crash", {})).rejects.toThrow("escaped");
    expect((await app.invoke("f", {})).returnValue).toEqual({ string: "alive" });
    expect(log).toContainEqual(expect.objectContaining({ level: "critical" }));
  });

  it("can be killed at any instruction, which fails the pending invocations with AppStoppedError", async () => {
    const { app } = await startApp(withHandler("() => { for (;;); }"));
    const call = app.invoke("f", {});
    const outcome = expect(call).rejects.toThrow(AppStoppedError);
    await app.kill();
    await outcome;
    await expect(app.invoke("f", {})).rejects.toThrow(AppStoppedError);
  });
});

describe("the time of an app", () => {
  it("follows the twin's clock", async () => {
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
  ])("leaves other uses of Date unchanged: %s is %j", async (expression, expected) => {
    const { app } = await startApp(withHandler(`() => JSON.stringify(${expression})`));
    expect((await app.invoke("f", {})).returnValue?.string).toBe(JSON.stringify(expected));
  });
});

describe("a wait of an app", () => {
  /** Two functions that wait in different ways. */
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
  it("can fail an invocation before it reaches the app", async () => {
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

  it("can fail an invocation after the function has succeeded", async () => {
    const { app, log } = await startApp(withHandler(`(_, context) => context.log("ran")`), {
      faults: {
        afterInvocation: async () => {
          throw new Error("result lost");
        },
      },
    });
    await expect(app.invoke("f", {})).rejects.toThrow("result lost");
    expect(log.filter((entry) => entry.source === "app")).toHaveLength(1);
  });

  it("can kill the app between success and result", async () => {
    let kill = async () => {};
    const { app } = await startApp(withHandler("() => 1"), { faults: { afterInvocation: () => kill() } });
    kill = () => app.kill();
    await expect(app.invoke("f", {})).rejects.toThrow(AppStoppedError);
  });
});
