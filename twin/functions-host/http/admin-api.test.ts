import { describe, expect, it, vi } from "vitest";
import { startTestApp } from "../testing/test-app.ts";

describe("the admin API of the host", () => {
  it("reports that the host is running", async () => {
    const { fetch } = await startTestApp("");
    expect(await (await fetch("/admin/host/status")).json()).toMatchObject({ state: "Running" });
  });

  const PLAIN = `app.http("plain", { route: "there", handler: () => ({}) });`;
  const described = {
    name: "plain",
    config: { bindings: [{ type: "httpTrigger", route: "there" }, { type: "http" }] },
  };

  it("lists the functions with their bindings", async () => {
    const { fetch } = await startTestApp(PLAIN);
    expect(await (await fetch("/admin/functions")).json()).toMatchObject([described]);
  });

  it("shows one function, whose name may be in any case", async () => {
    const { fetch } = await startTestApp(PLAIN);
    expect(await (await fetch("/admin/functions/PLAIN")).json()).toMatchObject(described);
    expect((await fetch("/admin/functions/other")).status).toBe(404);
  });

  it("requires the master key if there is one", async () => {
    const { fetch } = await startTestApp(PLAIN, { masterKey: "M" });
    for (const path of ["/admin/host/status", "/admin/functions", "/admin/functions/plain"]) {
      expect((await fetch(path)).status).toBe(401);
      expect((await fetch(`${path}?code=M`)).status).toBe(200);
    }
  });

  it.each([
    ["DELETE", "/admin/functions/plain", 405],
    ["POST", "/admin/functions", 405],
    ["GET", "/admin/other", 404],
  ])("responds to %s %s with %d", async (method, path, status) => {
    const { fetch } = await startTestApp(PLAIN);
    expect((await fetch(path, { method })).status).toBe(status);
  });
});

describe("an invocation by the admin API", () => {
  const ON_EVENT = `
    app.eventGrid("OnEvent", { handler: (event, context) => {
      if (event.id === "bad") throw new Error("no such thing");
      context.log(JSON.stringify([event, context.triggerMetadata]));
    } });
    app.http("plain", { handler: () => ({}) });`;

  const headers = { "content-type": "application/json" };
  const post = (body: unknown) => ({ method: "POST", headers, body: JSON.stringify(body) });
  const postEvent = (event: unknown) => post({ input: JSON.stringify(event) });

  it("passes the event in its input to a function of Event Grid, after the response", async () => {
    const { fetch, appLog } = await startTestApp(ON_EVENT);
    expect((await fetch("/admin/functions/onevent", postEvent({ id: "1", data: { n: 1 } }))).status).toBe(202);
    await vi.waitFor(() => expect(appLog()).toEqual(['[{"id":"1","data":{"n":1}},{"data":{"n":1}}]']));
  });

  it("rewrites texts that are a date and time, as the extension reads this input with Newtonsoft.Json", async () => {
    const { fetch, appLog } = await startTestApp(ON_EVENT);
    await fetch("/admin/functions/OnEvent", postEvent({ data: "2026-11-28T10:00:00+05:00" }));
    await vi.waitFor(() => expect(appLog()).toHaveLength(1));
    expect(JSON.parse(appLog()[0] ?? "")[0]).toEqual({ data: "2026-11-28T05:00:00+00:00" });
  });

  it.each([
    ["a function that fails", postEvent({ id: "bad" }), "no such thing"],
    ["an input that is not JSON", post({ input: "{" }), "JSON"],
    ["an input that is not an event", postEvent([{ id: "1" }]), "not an event"],
    ["no input", post({}), "JSON"],
  ])("is accepted for %s, which the log shows", async (_, request, message) => {
    const { fetch, log, appLog } = await startTestApp(ON_EVENT);
    expect((await fetch("/admin/functions/OnEvent", request)).status).toBe(202);
    const error = expect.objectContaining({ level: "error", message: expect.stringContaining(message) });
    await vi.waitFor(() => expect(log).toContainEqual(error));
    expect(appLog()).toEqual([]);
  });

  it.each([
    ["without a body", "/admin/functions/OnEvent", { method: "POST", headers }, 400],
    ["with a body that is not JSON", "/admin/functions/OnEvent", { method: "POST", headers, body: "{" }, 400],
    ["with a body of another type", "/admin/functions/OnEvent", { method: "POST", body: "{}" }, 415],
    ["of an unknown function", "/admin/functions/other", post({ input: "{}" }), 404],
    ["of a function with another trigger, which the twin does not support", "/admin/functions/plain", post({}), 501],
  ])("is refused %s", async (_, path, request, status) => {
    const { fetch } = await startTestApp(ON_EVENT);
    expect((await fetch(path, request)).status).toBe(status);
  });
});
