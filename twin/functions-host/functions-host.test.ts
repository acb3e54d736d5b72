import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { TwinClock } from "../clock.ts";
import { TaskHub } from "./durable/task-hub.ts";
import { startTestApp, type TestHost } from "./testing/test-app.ts";

const HANGING = `
  let release;
  app.http("hang", { handler: (_, context) => {
    context.log("begun");
    return new Promise((resolve) => { release = () => resolve({ body: "done" }); });
  } });
  app.eventGrid("release", { handler: () => release() });`;

const releaseEvent = {
  method: "POST",
  headers: { "aeg-event-type": "Notification" },
  body: JSON.stringify({ id: "1" }),
};

describe("a host", () => {
  it("loads the main file of package.json", async () => {
    const { appRoot, host } = await startTestApp("");
    await host.stop();
    const file = join(appRoot, "dist/main.cjs");
    await writeFile(
      file,
      (await readFile(file, "utf8")).concat(`require("@azure/functions-core").log("information", "user", "marked");`),
    );
    const { appLog } = await startTestApp("", { appRoot });
    expect(appLog()).toEqual(["marked"]);
  });

  it("passes its address to the app", async () => {
    const { host, fetch } = await startTestApp(
      `app.http("where", { handler: () => ({ body: process.env.WEBSITE_HOSTNAME }) });`,
    );
    expect(`http://${await (await fetch("/api/where")).text()}`).toBe(host.url);
  });

  it("lists its functions", async () => {
    const { host } = await startTestApp(`app.http("One", { handler: () => ({}) });`);
    expect([...host.functions.keys()]).toEqual(["one"]);
    expect(host.functions.get("one")?.name).toBe("One");
  });

  it("does not start on a port in use", async () => {
    const { host } = await startTestApp("");
    await expect(startTestApp("", { port: Number(new URL(host.url).port) })).rejects.toMatchObject({
      code: "EADDRINUSE",
    });
  });

  it("releases its port when the app fails to start", async () => {
    const { host } = await startTestApp("");
    const port = Number(new URL(host.url).port);
    await host.stop();
    await expect(startTestApp(`throw new Error("no");`, { port })).rejects.toThrow("no");
    await startTestApp("", { port });
  });
});

describe("a host that stops", () => {
  it("finishes requests in progress and accepts no new ones", async () => {
    const { host, fetch, appLog } = await startTestApp(HANGING);
    const response = fetch("/api/hang");
    await vi.waitFor(() => expect(appLog()).toEqual(["begun"]));
    expect(host.inFlight()).toBe(1);
    const released = fetch("/runtime/webhooks/EventGrid?functionName=release", releaseEvent);
    await released;
    await host.stop();
    expect(await (await response).text()).toBe("done");
    await expect(fetch("/api/hang")).rejects.toThrow("fetch failed");
  });

  it("waits ten seconds at most", async () => {
    const { host, fetch, appLog, clock } = await startTestApp(HANGING);
    const outcome = expect(fetch("/api/hang")).rejects.toThrow("fetch failed");
    await vi.waitFor(() => expect(appLog()).toEqual(["begun"]));
    const stopped = host.stop();
    clock.advance(10_000);
    await stopped;
    await outcome;
  });

  it("runs the appTerminate hooks", async () => {
    const { host, log } = await startTestApp(`app.hook.appTerminate(() => console.log("goodbye"));`);
    await host.stop();
    await vi.waitFor(() => expect(log.map((entry) => entry.message)).toContain("goodbye"));
  });

  it("releases its port", async () => {
    const { host } = await startTestApp("");
    await host.stop();
    const { fetch } = await startTestApp("", { port: Number(new URL(host.url).port) });
    expect((await fetch("/admin/host/status")).status).toBe(200);
  });
});

describe("a host that is killed", () => {
  it("sends no response and runs no hooks", async () => {
    const { host, fetch, appLog, log } = await startTestApp(
      `${HANGING} app.hook.appTerminate(() => console.log("goodbye"));`,
    );
    const outcome = expect(fetch("/api/hang")).rejects.toThrow("fetch failed");
    await vi.waitFor(() => expect(appLog()).toEqual(["begun"]));
    await host.kill();
    await outcome;
    expect(log.map((entry) => entry.message)).not.toContain("goodbye");
  });

  it("can be killed between the success of a function and the response", async () => {
    const host: { kill?: () => Promise<void> } = {};
    const test = await startTestApp(`app.http("f", { handler: () => ({ body: "done" }) });`, {
      afterInvocation: () => host.kill?.(),
    });
    host.kill = () => test.host.kill();
    await expect(test.fetch("/api/f")).rejects.toThrow("fetch failed");
  });
});

describe("a host with durable functions", () => {
  const ORCHESTRATION = `
    df.app.orchestration("wait", function* (context) {
      const name = yield context.df.waitForExternalEvent("name");
      return yield context.df.callActivity("greet", { name });
    });
    df.app.activity("greet", { handler: ({ name }) => "hello " + name });
    app.http("start", {
      extraInputs: [df.input.durableClient()],
      handler: async (_, context) => ({ body: await df.getClient(context).startNew("wait", { instanceId: "one" }) }),
    });
    app.http("name", {
      extraInputs: [df.input.durableClient()],
      handler: async (request, context) => {
        await df.getClient(context).raiseEvent("one", "name", await request.text());
        return { status: 202 };
      },
    });
    app.http("status", {
      extraInputs: [df.input.durableClient()],
      handler: async (_, context) => ({ jsonBody: await df.getClient(context).getStatus("one") }),
    });`;

  const statusOf = async (test: TestHost) =>
    (await (await test.fetch("/api/status")).json()) as { runtimeStatus: string; output: unknown };

  it("provides the durable client", async () => {
    const test = await startTestApp(ORCHESTRATION);
    expect(await (await test.fetch("/api/start")).text()).toBe("one");
    await test.fetch("/api/name", { method: "POST", body: "Ada" });
    await vi.waitFor(async () => {
      expect(await statusOf(test)).toMatchObject({ runtimeStatus: "Completed", output: "hello Ada" });
    });
    expect(test.host.inFlight()).toBe(0);
  });

  it("continues with the task hub of a killed host", async () => {
    const clock = new TwinClock();
    const taskHub = new TaskHub({ clock });
    const first = await startTestApp(ORCHESTRATION, { clock, taskHub });
    await first.fetch("/api/start");
    await first.host.kill();
    const next = await startTestApp("", { clock, taskHub, appRoot: first.appRoot });
    await next.fetch("/api/name", { method: "POST", body: "Ada" });
    await vi.waitFor(async () => expect(await statusOf(next)).toMatchObject({ output: "hello Ada" }));
  });
});
