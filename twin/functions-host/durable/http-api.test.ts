import { EntityId, OrchestrationRuntimeStatus } from "durable-functions";
import { describe, expect, it } from "vitest";
import { DurableTwin } from "../testing/durable-twin.ts";
import type { DurableFunctions } from "../testing/in-process-app.ts";

/** An orchestration that waits for the event `go` and returns its value, or fails when its input is "fail". */
const waiter = (df: DurableFunctions): void => {
  df.app.activity("echo", { handler: (input) => input });
  df.app.orchestration("waiter", function* (context) {
    const value = yield context.df.waitForExternalEvent("go");
    if (context.df.getInput() === "fail") throw new Error("as requested");
    return value;
  });
};

const startWaiting = async (twin: DurableTwin, instanceId: string, input: unknown = {}): Promise<void> => {
  await twin.client.startNew("waiter", { instanceId, input });
  await twin.until(instanceId, ({ status }) => status === "Running");
};

const startEnded = async (twin: DurableTwin, instanceId: string, input: unknown = {}): Promise<void> => {
  await startWaiting(twin, instanceId, input);
  await twin.client.raiseEvent(instanceId, "go", "value");
  await twin.end(instanceId);
};

/** Sends a request to the API without the client. @param request - method and path. */
const send = async (twin: DurableTwin, request: string, body?: string): Promise<Response> => {
  const [method = "", path = ""] = request.split(" ");
  return fetch(new URL(path, twin.apiUrl), { method, ...(body !== undefined && { body }) });
};

const statusOf = async (twin: DurableTwin, request: string, body?: string): Promise<number> =>
  (await send(twin, request, body)).status;

describe("starting", () => {
  it("responds with the management URLs of the instance", async () => {
    const twin = await DurableTwin.start(waiter);
    const response = await send(twin, "POST orchestrators/waiter/x", "{}");
    const { id, ...urls } = (await response.json()) as Record<string, string>;
    expect([response.status, id]).toEqual([202, "x"]);
    expect(response.headers.get("location")).toBe(urls.statusQueryGetUri);
    expect(Object.keys(urls)).toHaveLength(8);
    for (const url of Object.values(urls)) expect(url.startsWith(`${twin.apiUrl}instances/x`)).toBe(true);
    expect((await fetch(urls.statusQueryGetUri ?? "")).status).toBe(202);
  });

  it("generates an id by default", async () => {
    const twin = await DurableTwin.start(waiter);
    expect(await twin.client.startNew("waiter")).toMatch(/^[0-9a-f]{32}$/);
  });

  it("finds the orchestrator by name in any case", async () => {
    const twin = await DurableTwin.start(waiter);
    const id = await twin.client.startNew("WAITER");
    expect((await twin.client.getStatus(id)).name).toBe("waiter");
  });

  it("fails when an unfinished instance has the same id, and leaves that unchanged", async () => {
    const twin = await DurableTwin.start(waiter);
    await startWaiting(twin, "x", "first");
    await expect(twin.client.startNew("waiter", { instanceId: "x", input: "second" })).rejects.toThrow("409");
    expect((await twin.client.getStatus("x")).input).toBe("first");
  });

  it("replaces an ended instance with the same id", async () => {
    const twin = await DurableTwin.start(waiter);
    await startEnded(twin, "x");
    await startWaiting(twin, "x", "second");
    expect(await twin.client.getStatus("x")).toMatchObject({ input: "second", runtimeStatus: "Running", output: null });
  });

  it.each([
    ["an unknown function", "orchestrators/nothing", 400],
    ["an activity", "orchestrators/echo", 400],
    ["an id that starts with @", "orchestrators/waiter/@x", 400],
    ["an id with a slash", "orchestrators/waiter/a%2Fb", 400],
    ["an id with a backslash", "orchestrators/waiter/a%5Cb", 400],
    ["an id with a #", "orchestrators/waiter/a%23b", 400],
    ["an id with a ?", "orchestrators/waiter/a%3Fb", 400],
    ["an id with a control character", "orchestrators/waiter/a%07b", 400],
    ["an id of 257 characters", `orchestrators/waiter/${"x".repeat(257)}`, 400],
    ["an id of 256 characters", `orchestrators/waiter/${"x".repeat(256)}`, 202],
    ["a wait for completion", "orchestrators/waiter?timeout=10&pollingInterval=1", 501],
  ])("responds to %s", async (_, path, status) => {
    const twin = await DurableTwin.start(waiter);
    expect(await statusOf(twin, `POST ${path}`, "{}")).toBe(status);
  });

  it("refuses an input that is not JSON", async () => {
    const twin = await DurableTwin.start(waiter);
    expect(await statusOf(twin, "POST orchestrators/waiter", "{")).toBe(400);
  });

  it("passes the version to the orchestrator", async () => {
    const twin = await DurableTwin.start((df) => {
      df.app.activity("echo", { handler: (input) => input });
      df.app.orchestration("versioned", function* (context) {
        return yield context.df.callActivity("echo", context.df.version);
      });
    });
    const id = await twin.client.startNew("versioned", { version: "2.0" });
    expect((await twin.end(id)).output).toBe("2.0");
  });
});

describe("the status of an instance", () => {
  it("has the form that the client reads", async () => {
    const twin = await DurableTwin.start(waiter);
    await startEnded(twin, "x", { a: 1 });
    const response = await send(twin, "GET instances/x");
    const second = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect([response.status, await response.json()]).toEqual([
      200,
      {
        name: "waiter",
        instanceId: "x",
        runtimeStatus: "Completed",
        input: { a: 1 },
        customStatus: null,
        output: "value",
        createdTime: second,
        lastUpdatedTime: second,
        historyEvents: null,
      },
    ]);
  });

  it("is a 202 until the instance ends", async () => {
    const twin = await DurableTwin.start(waiter);
    await startWaiting(twin, "x");
    expect(await statusOf(twin, "GET instances/x")).toBe(202);
    await twin.client.suspend("x", "");
    expect(await statusOf(twin, "GET instances/x")).toBe(202);
  });

  it("is a 404 for an unknown instance", async () => {
    const twin = await DurableTwin.start(waiter);
    await expect(twin.client.getStatus("unknown")).rejects.toThrow("404");
  });

  it("is a 500 for a failed instance only on request", async () => {
    const twin = await DurableTwin.start(waiter);
    await startEnded(twin, "x", "fail");
    expect(await statusOf(twin, "GET instances/x")).toBe(200);
    expect(await statusOf(twin, "GET instances/x?returnInternalServerErrorOnFailure=true")).toBe(500);
  });

  it("contains the history on request", async () => {
    const twin = await DurableTwin.start(waiter);
    await startEnded(twin, "x");
    const response = await send(twin, "GET instances/x?showHistory=true&showHistoryOutput=true&showInput=false");
    const { input, historyEvents } = (await response.json()) as { input: unknown; historyEvents: object[] };
    expect(input).toBeNull();
    expect(historyEvents).toMatchObject([
      { EventType: "ExecutionStarted", Input: "{}" },
      { EventType: "EventRaised", Name: "go", Input: '"value"' },
      { EventType: "ExecutionCompleted", Result: '"value"' },
    ]);
  });

  it("is available for all instances, and for those with a status or in a period", async () => {
    const twin = await DurableTwin.start(waiter);
    await startEnded(twin, "old");
    twin.clock.advance(3_600_000);
    const between = new Date(twin.clock.now() - 60_000);
    await startWaiting(twin, "new");
    const ids = (found: { instanceId: string }[]): string[] => found.map(({ instanceId }) => instanceId);
    const { Completed } = OrchestrationRuntimeStatus;
    expect(ids(await twin.client.getStatusAll())).toEqual(["old", "new"]);
    expect(ids(await twin.client.getStatusBy({ createdTimeFrom: between }))).toEqual(["new"]);
    expect(ids(await twin.client.getStatusBy({ createdTimeTo: between }))).toEqual(["old"]);
    expect(ids(await twin.client.getStatusBy({ runtimeStatus: [Completed] }))).toEqual(["old"]);
    expect(ids(await twin.client.getStatusBy({ createdTimeFrom: between, runtimeStatus: [Completed] }))).toEqual([]);
  });
});

describe("controlling an instance", () => {
  it.each(["raiseEvent/go", "terminate", "suspend", "resume"])(
    "by %s is accepted, gone after the end, and not found for an unknown instance",
    async (operation) => {
      const twin = await DurableTwin.start(waiter);
      await startWaiting(twin, "x");
      expect(await statusOf(twin, `POST instances/x/${operation}`, "{}")).toBe(202);
      await startEnded(twin, "ended");
      expect(await statusOf(twin, `POST instances/ended/${operation}`, "{}")).toBe(410);
      expect(await statusOf(twin, `POST instances/unknown/${operation}`, "{}")).toBe(404);
    },
  );

  it("refuses an event that is not JSON", async () => {
    const twin = await DurableTwin.start(waiter);
    await startWaiting(twin, "x");
    expect(await statusOf(twin, "POST instances/x/raiseEvent/go", "{")).toBe(400);
    expect(twin.taskHub.actionCounts().eventsRaised).toBe(0);
  });

  it("terminates an instance in any state, with the reason", async () => {
    const twin = await DurableTwin.start((df) => {
      df.app.activity("endless", { handler: () => new Promise(() => undefined) });
      df.app.orchestration("busy", function* (context) {
        yield context.df.callActivity("endless");
      });
      df.app.orchestration("parent", function* (context) {
        yield context.df.callSubOrchestrator("busy", {}, "child");
      });
    });
    const id = await twin.client.startNew("parent");
    await twin.until("child", ({ execution }) => execution.openTasks.size === 1);
    await twin.client.terminate("child", "enough");
    expect(await twin.client.getStatus("child")).toMatchObject({ runtimeStatus: "Terminated", output: "enough" });
    expect((await twin.end(id)).output).toContain("enough");
  });

  it.each(["rewind", "restart"])("responds to %s that it is not supported", async (operation) => {
    const twin = await DurableTwin.start(waiter);
    await startEnded(twin, "x", "fail");
    const response = await send(twin, `POST instances/x/${operation}`);
    expect([response.status, await response.json()]).toEqual([501, `'${operation}' is not supported by the twin.`]);
  });

  it("responds to calls of entities that they are not supported", async () => {
    const twin = await DurableTwin.start(waiter);
    const entity = new EntityId("counter", "1");
    await expect(twin.client.readEntityState(entity)).rejects.toThrow("not supported by the twin");
    await expect(twin.client.signalEntity(entity, "add", 1)).rejects.toThrow("not supported by the twin");
  });

  it.each([
    ["GET", "orchestrators/waiter"],
    ["POST", "instances"],
    ["PUT", "instances/x"],
    ["GET", "instances/x/terminate"],
    ["POST", "instances/x/explode"],
    ["POST", "instances/x/raiseEvent"],
    ["POST", "instances/x/terminate/more"],
    ["GET", "elsewhere"],
  ])("responds to %s %s with 404", async (method, path) => {
    const twin = await DurableTwin.start(waiter);
    await startWaiting(twin, "x");
    expect(await statusOf(twin, `${method} ${path}`)).toBe(404);
  });
});

describe("purging", () => {
  it("deletes an ended instance", async () => {
    const twin = await DurableTwin.start(waiter);
    await startEnded(twin, "x");
    expect(await twin.client.purgeInstanceHistory("x")).toEqual({ instancesDeleted: 1 });
    expect(await twin.client.purgeInstanceHistory("x")).toEqual({ instancesDeleted: 0 });
    expect(twin.taskHub.instances()).toEqual([]);
  });

  it("refuses an unfinished instance", async () => {
    const twin = await DurableTwin.start(waiter);
    await startWaiting(twin, "x");
    await expect(twin.client.purgeInstanceHistory("x")).rejects.toThrow("412");
  });

  it("deletes ended instances by the time of their creation", async () => {
    const twin = await DurableTwin.start(waiter);
    await startEnded(twin, "old");
    await startWaiting(twin, "old-but-running");
    twin.clock.advance(3_600_000);
    const between = new Date(twin.clock.now() - 60_000);
    await startEnded(twin, "new");
    const filter = { createdTimeFrom: new Date(0), createdTimeTo: between };
    expect(await twin.client.purgeInstanceHistoryBy(filter)).toEqual({ instancesDeleted: 1 });
    expect(await twin.client.purgeInstanceHistoryBy(filter)).toEqual({ instancesDeleted: 0 });
    expect(twin.taskHub.instances().map(({ instanceId }) => instanceId)).toEqual(["old-but-running", "new"]);
  });

  it("refuses a filter without createdTimeFrom", async () => {
    const twin = await DurableTwin.start(waiter);
    expect(await statusOf(twin, "DELETE instances")).toBe(400);
  });
});
