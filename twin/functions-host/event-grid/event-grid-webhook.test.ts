import { describe, expect, it, vi } from "vitest";
import { startTestApp } from "../testing/test-app.ts";

const event = (id: string, data: unknown = { n: id }) => ({
  id,
  eventType: "Microsoft.Communication.SMSReceived",
  subject: "/phonenumber/15551234567",
  eventTime: "2026-11-23T06:33:37.123456Z",
  dataVersion: "1.0",
  data,
});

const LOGGING = `app.eventGrid("OnEvent", { handler: (event, context) => context.log(JSON.stringify([event, context.triggerMetadata])) });`;

const post = (body: unknown, type = "Notification") => ({
  method: "POST",
  headers: { "aeg-event-type": type, "content-type": "application/json" },
  body: typeof body === "string" ? body : JSON.stringify(body),
});

const PATH = "/runtime/webhooks/EventGrid?functionName=OnEvent";

describe("the Event Grid webhook", () => {
  it("responds to the handshake with its code", async () => {
    const { fetch } = await startTestApp(LOGGING);
    const handshake = event("h", { validationCode: "512d38b6", validationUrl: "https://localhost/" });
    const response = await fetch(PATH, post([handshake], "SubscriptionValidation"));
    expect([response.status, await response.json()]).toEqual([200, { validationResponse: "512d38b6" }]);
  });

  it("responds to the handshake of the CloudEvents schema", async () => {
    const { fetch } = await startTestApp(LOGGING);
    const headers = { "WebHook-Request-Origin": "eventgrid.azure.net" };
    const response = await fetch(PATH, { method: "OPTIONS", headers });
    expect([response.status, response.headers.get("webhook-allowed-origin")]).toEqual([200, "eventgrid.azure.net"]);
  });

  it.each([
    ["an array", [event("1")], event("1")],
    ["a single event", event("1"), event("1")],
    ["a CloudEvent", { specversion: "1.0", id: "1", type: "T", source: "s", data: 1 }, { specversion: "1.0", data: 1 }],
  ])("invokes the function with %s, unchanged, and responds with 202", async (_, body, expected) => {
    const { fetch, appLog } = await startTestApp(LOGGING);
    expect((await fetch(PATH, post(body))).status).toBe(202);
    const [[received, metadata]] = appLog().map((line) => JSON.parse(line));
    expect(received).toMatchObject(expected);
    expect(metadata).toEqual({ data: received.data });
  });

  it("ignores the case of path, parameter and function name", async () => {
    const { fetch } = await startTestApp(LOGGING);
    expect((await fetch("/runtime/webhooks/eventgrid?functionname=ONEVENT", post([event("1")]))).status).toBe(202);
  });

  it("processes the events of one delivery in parallel", async () => {
    const { fetch } = await startTestApp(`
      let waiting = 0;
      let open;
      const all = new Promise((resolve) => { open = resolve; });
      app.eventGrid("OnEvent", { handler: () => { if (++waiting === 3) open(); return all; } });`);
    expect((await fetch(PATH, post([event("1"), event("2"), event("3")]))).status).toBe(202);
  });

  it("responds with 500 when one event fails, after all are processed", async () => {
    const { fetch, appLog } = await startTestApp(`
      app.eventGrid("OnEvent", { handler: (event, context) => {
        if (event.id === "1") throw new Error("no");
        context.log(event.id);
      } });`);
    expect((await fetch(PATH, post([event("1"), event("2")]))).status).toBe(500);
    expect(appLog()).toEqual(["2"]);
  });

  it("passes a whole delivery to a function with cardinality many", async () => {
    const { fetch, appLog } = await startTestApp(`
      app.eventGrid("OnEvent", { cardinality: "many", handler: (events, context) => context.log(events.map((e) => e.id).join()) });`);
    expect((await fetch(PATH, post([event("1"), event("2")]))).status).toBe(202);
    expect(appLog()).toEqual(["1,2"]);
  });

  it("responds to an unsubscription with 202", async () => {
    const { fetch } = await startTestApp(LOGGING);
    expect((await fetch(PATH, post("", "Unsubscribe"))).status).toBe(202);
  });

  it.each([
    ["an unknown event type", post([event("1")], "Gossip")],
    ["a body that is not JSON", post("{")],
    ["a handshake without a code", post([event("1")], "SubscriptionValidation")],
  ])("responds to %s with 400", async (_, request) => {
    const { fetch } = await startTestApp(LOGGING);
    expect((await fetch(PATH, request)).status).toBe(400);
  });

  it.each([
    ["an unknown function", "/runtime/webhooks/EventGrid?functionName=unknown"],
    ["no function", "/runtime/webhooks/EventGrid"],
  ])("responds to %s with 404", async (_, path) => {
    const { fetch } = await startTestApp(LOGGING);
    expect((await fetch(path, post([event("1")]))).status).toBe(404);
  });

  it("requires the system key if there is one", async () => {
    const { fetch } = await startTestApp(LOGGING, { systemKey: "S" });
    expect((await fetch(PATH, post([event("1")]))).status).toBe(401);
    expect((await fetch(`${PATH}&code=wrong`, post([event("1")]))).status).toBe(401);
    expect((await fetch(`${PATH}&code=S`, post([event("1")]))).status).toBe(202);
  });

  it("sends no response when the host is killed", async () => {
    const { fetch, host, appLog } = await startTestApp(`
      app.eventGrid("OnEvent", { handler: (_, context) => { context.log("begun"); return new Promise(() => {}); } });`);
    const outcome = expect(fetch(PATH, post([event("1")]))).rejects.toThrow("fetch failed");
    await vi.waitFor(() => expect(appLog()).toEqual(["begun"]));
    await host.kill();
    await outcome;
  });
});
