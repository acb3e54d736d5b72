import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { TwinClock } from "../clock.ts";
import type { ApiRoute } from "../http/api.ts";
import { ACS_ACCOUNT } from "./acs/account.ts";
import { PhoneNetwork } from "./phone-network.ts";
import { TELESIGN_ACCOUNT } from "./telesign/account.ts";
import { CallbackReceiver } from "./testing/callback-receiver.ts";
import { RecordingPublisher } from "./testing/recording-publisher.ts";
import { TWILIO_ACCOUNT } from "./twilio/account.ts";

const CUSTOMER = "+15551230001";
const TEXT = { from: CUSTOMER, to: "+18005550100", text: "Where is my order?" };
const EXTRA: ApiRoute = { method: "GET", path: "/extra", summary: "something else", handle: (c) => c.json({ one: 1 }) };

let network: PhoneNetwork;
let events: RecordingPublisher;

beforeEach(async () => {
  events = new RecordingPublisher();
  network = new PhoneNetwork({ clock: new TwinClock(), events, routes: [EXTRA] });
  await network.start(0);
});

afterEach(() => network.stop());

const call = async (method: string, path: string, body?: unknown) => {
  const response = await fetch(`${network.url}${path}`, {
    method,
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await response.text();
  const type = response.headers.get("content-type");
  return { status: response.status, type, body: type ? JSON.parse(text) : text };
};

it("sends a customer's text", async () => {
  const texted = await call("POST", "/texts", TEXT);
  expect(texted).toMatchObject({ status: 202, body: { messageId: expect.stringMatching(/^Incoming_/) } });
  expect(texted.body.eventId).toBe(texted.body.messageId);
  expect(events.published).toMatchObject([{ id: texted.body.eventId }]);
});

it.each([CUSTOMER, encodeURIComponent(CUSTOMER), "15551230001"])(
  "returns the texts on the handset %s",
  async (number) => {
    await call("POST", "/texts", { ...TEXT, text: "STOP" });
    const { status, body } = await call("GET", `/handsets/${number}/texts`);
    expect(status).toBe(200);
    expect(body.items).toMatchObject([{ to: CUSTOMER, origin: "network" }]);
  },
);

it("returns the texts between a phone and an owned number, both ways", async () => {
  await call("POST", "/texts", { ...TEXT, text: "STOP" });
  await call("POST", "/texts", { ...TEXT, to: "+18005550199" });
  const { status, body } = await call("GET", "/handsets/15551230001/conversations/18005550100");
  expect(status).toBe(200);
  expect(body.items).toEqual([
    {
      messageId: expect.any(String),
      kind: "sent",
      text: "STOP",
      attachmentCount: 0,
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      encoding: "GSM-7",
      segmentCount: 1,
    },
    expect.objectContaining({ kind: "network", text: expect.stringContaining("NETWORK MSG"), segmentCount: 1 }),
  ]);
});

it("refuses a malformed number of a conversation", async () => {
  expect(await call("GET", "/handsets/Ann/conversations/18005550100")).toMatchObject({ status: 400 });
  expect(await call("GET", "/handsets/15551230001/conversations/Ann")).toMatchObject({ status: 400 });
});

it("lists the phones that have texts", async () => {
  await call("GET", "/handsets/+15551230009/texts");
  await call("POST", "/texts", TEXT);
  expect(await call("GET", "/handsets")).toMatchObject({ status: 200, body: { items: [{ number: CUSTOMER }] } });
});

it("adds, lists and removes faults", async () => {
  const fault = { on: "send", effect: "status", status: 429, retryAfterSeconds: 1, times: 3, match: CUSTOMER };
  expect(await call("POST", "/faults", fault)).toMatchObject({ status: 201, body: fault });
  expect(await call("GET", "/faults")).toMatchObject({ body: { items: [fault] } });
  expect(await call("DELETE", "/faults")).toMatchObject({ status: 204 });
  expect(await call("GET", "/faults")).toMatchObject({ body: { items: [] } });
});

it("registers a number at a provider, and returns the calls of that provider", async () => {
  const app = new CallbackReceiver();
  const number = { provider: "twilio", type: "long-code", smsUrl: `${await app.start()}/sms` };
  const registered = { number: "+12065550100", ...number };
  expect(await call("PUT", "/numbers/12065550100", number)).toMatchObject({ status: 200, body: registered });
  expect(await call("GET", "/numbers")).toMatchObject({ status: 200, body: { items: [registered] } });

  const { messageId } = (await call("POST", "/texts", { ...TEXT, to: "+12065550100" })).body;
  const webhookCall = {
    provider: "twilio",
    about: "text",
    messageId,
    attempt: 1,
    status: 200,
    responseBody: "<Response/>",
  };
  await vi.waitFor(async () =>
    expect(await call("GET", "/webhook-calls")).toMatchObject({ status: 200, body: { items: [webhookCall] } }),
  );
  await app.stop();
});

it("returns the accounts, and changes settings of an account", async () => {
  const callbackUrl = "https://app.example/api/telesign";
  const changed = { ...TELESIGN_ACCOUNT, callbackUrl };
  expect(await call("PUT", "/accounts/telesign", { callbackUrl })).toMatchObject({ status: 200, body: changed });
  expect(await call("GET", "/accounts")).toMatchObject({
    status: 200,
    body: { acs: ACS_ACCOUNT, twilio: TWILIO_ACCOUNT, telesign: changed },
  });
  expect(await call("PUT", "/accounts/telesign", { callbackUrl: "nowhere" })).toMatchObject({ status: 400 });
});

it("refuses an unknown provider with the names of the known ones", async () => {
  const refusal = {
    status: 400,
    body: { detail: expect.stringContaining("The known providers are acs, telesign, twilio.") },
  };
  expect(await call("PUT", "/accounts/pigeon", {})).toMatchObject(refusal);
  expect(await call("PUT", "/numbers/12065550100", { provider: "pigeon" })).toMatchObject(refusal);
});

it.each([
  ["/texts", { ...TEXT, from: "Ann" }, "in international form"],
  ["/texts", { ...TEXT, colour: "red" }, "colour"],
  ["/texts", undefined, "expected object"],
  ["/faults", { on: "moon" }, "on"],
])("refuses an invalid request to %s with the reason: %j", async (path, body, hint) => {
  expect(await call("POST", path, body)).toMatchObject({
    status: 400,
    type: "application/problem+json",
    body: { type: "about:blank", title: "Invalid request", status: 400, detail: expect.stringContaining(hint) },
  });
});

it("refuses an invalid number with the reason", async () => {
  const smsUrl = "https://app.example/sms#rc=9";
  expect(await call("PUT", "/numbers/12065550100", { provider: "twilio", smsUrl })).toMatchObject({
    status: 400,
    body: { detail: expect.stringContaining("connection override") },
  });
});

it("serves the extra routes", async () => {
  expect(await call("GET", "/extra")).toMatchObject({ status: 200, body: { one: 1 } });
});

it("lists the routes and the faults as a text", async () => {
  const response = await fetch(network.url);
  const guide = await response.text();
  expect(response.headers.get("content-type")).toMatch(/^text\/plain/);
  for (const route of ["POST /texts", "GET /handsets/:number/texts", "DELETE /faults", "GET /extra"]) {
    expect(guide).toContain(route);
  }
  expect(guide).toContain('{ "on": "event", "effect": "deliver-twice" }');
});
