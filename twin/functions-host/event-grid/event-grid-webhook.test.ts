import { describe, expect, it, vi } from "vitest";
import { RecordingInvoker } from "../testing/recording-invoker.ts";
import { startTestApp } from "../testing/test-app.ts";
import { EventGridWebhook } from "./event-grid-webhook.ts";

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

/** Texts that Newtonsoft.Json reads as dates, and which the Event Grid extension rewrote until version 3.4.2. */
const DATES = ["2026-11-28T10:00:00+05:00", "2026-11-28T10:00:00.120Z", "/Date(1795860000000)/"];

const PATH = "/runtime/webhooks/EventGrid?functionName=OnEvent";

describe("the Event Grid webhook", () => {
  it("responds to the handshake with its code", async () => {
    const { fetch } = await startTestApp(LOGGING);
    const handshake = event("h", { validationCode: "512d38b6", validationUrl: "https://localhost/" });
    const response = await fetch(PATH, post([handshake], "SubscriptionValidation"));
    expect([response.status, await response.json()]).toEqual([200, { validationResponse: "512d38b6" }]);
    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  });

  it.each([
    ["eventgrid.azure.net", "eventgrid.azure.net"],
    ["eventgrid.azure.us", "eventgrid.azure.us"],
    ["elsewhere.example", "eventgrid.azure.net"],
    [undefined, "eventgrid.azure.net"],
  ])("responds to the handshake of the CloudEvents schema from %s by allowing %s", async (origin, allowed) => {
    const { fetch } = await startTestApp(LOGGING);
    const headers: Record<string, string> = origin === undefined ? {} : { "WebHook-Request-Origin": origin };
    const response = await fetch(PATH, { method: "OPTIONS", headers });
    expect([response.status, response.headers.get("webhook-allowed-origin")]).toEqual([200, allowed]);
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

  it("passes no data in the metadata of an event without any", async () => {
    const { fetch, appLog } = await startTestApp(LOGGING);
    await fetch(PATH, post({ id: "1" }));
    expect(appLog()).toEqual(['[{"id":"1"},{}]']);
  });

  it.each(DATES)("keeps the text %s", async (text) => {
    const { fetch, appLog } = await startTestApp(LOGGING);
    await fetch(PATH, post(event("1", { message: text })));
    expect(JSON.parse(appLog()[0] ?? "")[0].data).toEqual({ message: text });
  });

  it("passes an event to the worker as JSON", async () => {
    const invoker = new RecordingInvoker("OnEvent", { type: "eventGridTrigger" });
    const headers = { "aeg-event-type": "Notification" };
    const body = Buffer.from(JSON.stringify([{ id: "1", data: 7 }]));
    const webhook = new EventGridWebhook({ invoker, keys: {} });
    await webhook.handle({ method: "POST", url: new URL(PATH, "http://localhost"), headers, body });
    expect(invoker.invocations).toEqual([
      { input: { json: '{"id":"1","data":7}' }, triggerMetadata: { data: { json: "7" } } },
    ]);
  });

  it("ignores the case of path and parameter, and not that of the function's name", async () => {
    const { fetch } = await startTestApp(LOGGING);
    const statusAt = async (path: string) => (await fetch(path, post([event("1")]))).status;
    expect(await statusAt("/runtime/webhooks/eventgrid?functionname=OnEvent")).toBe(202);
    expect(await statusAt("/runtime/webhooks/eventgrid?functionName=ONEVENT")).toBe(404);
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
    const response = await fetch(PATH, post([event("1"), event("2")]));
    expect([response.status, await response.text()]).toEqual([
      500,
      "Exception while executing function: Functions.OnEvent",
    ]);
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
    ["a request without an event type", { method: "GET" }],
  ])("responds to %s with 400", async (_, request) => {
    const { fetch } = await startTestApp(LOGGING);
    expect((await fetch(PATH, request)).status).toBe(400);
  });

  it.each([
    ["a body that is not JSON", post("{")],
    ["a body that is not an event", post("7")],
    ["a handshake that is not JSON", post("{", "SubscriptionValidation")],
    ["a handshake without a code", post([event("1")], "SubscriptionValidation")],
  ])("responds to %s with 500, and invokes nothing", async (_, request) => {
    const { fetch, appLog } = await startTestApp(LOGGING);
    expect((await fetch(PATH, request)).status).toBe(500);
    expect(appLog()).toEqual([]);
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
