import { describe, expect, it, vi } from "vitest";
import { TwinClock } from "../../clock.ts";
import { startTestApp } from "../testing/test-app.ts";
import { TaskHub } from "./task-hub.ts";

const APP = `
  df.app.activity("greet", { handler: (name, context) => {
    context.log("greeting " + name);
    return process.env.SLOW ? new Promise(() => {}) : "Hello " + name;
  } });
  df.app.orchestration("greet-all", function* (context) {
    return yield context.df.Task.all(context.df.getInput().map((name) => context.df.callActivity("greet", name)));
  });
  df.app.client.http("start", { methods: ["POST"], handler: async (request, client) => {
    const id = await client.startNew("greet-all", { input: await request.json() });
    return client.createCheckStatusResponse(request, id);
  } });`;

const start = { method: "POST", body: JSON.stringify(["Ada", "Bo"]) };

describe("the host", () => {
  it("starts an orchestration for an HTTP function, and serves its status URL", async () => {
    const { fetch: fetchHost } = await startTestApp(APP);
    const response = await fetchHost("/api/start", start);
    expect(response.status).toBe(202);
    const statusUrl = response.headers.get("location") ?? "";
    await vi.waitFor(async () => {
      expect(await (await fetch(statusUrl)).json()).toMatchObject({ output: ["Hello Ada", "Hello Bo"] });
    });
  });

  it("leaves its orchestrations to the next host when it is killed", async () => {
    const clock = new TwinClock();
    const taskHub = new TaskHub({ clock });
    const first = await startTestApp(APP, { clock, taskHub, settings: { SLOW: "yes" } });
    await first.fetch("/api/start", start);
    await vi.waitFor(() => expect(first.appLog()).toEqual(["greeting Ada", "greeting Bo"]));
    await first.host.kill();
    const second = await startTestApp(APP, { clock, taskHub });
    await vi.waitFor(() => expect(taskHub.instances()).toMatchObject([{ output: ["Hello Ada", "Hello Bo"] }]));
    expect(second.appLog()).toEqual(["greeting Ada", "greeting Bo"]);
  });
});
