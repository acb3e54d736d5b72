import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { TwinClock } from "../clock.ts";
import { eventGridRoutes } from "../event-grid/api-routes.ts";
import { EventGrid } from "../event-grid/event-grid.ts";
import { WebhookReceiver } from "../event-grid/testing/webhook-receiver.ts";
import { PhoneNetwork } from "./phone-network.ts";
import { CallbackReceiver } from "./testing/callback-receiver.ts";

const CUSTOMER = "+15551230001";
const TEXT = { from: CUSTOMER, to: "+18005550100", text: "Where is my order?" };
const SMS_RECEIVED = "Microsoft.Communication.SMSReceived";

let network: PhoneNetwork;
let eventGrid: EventGrid;

beforeEach(async () => {
  const clock = new TwinClock();
  eventGrid = new EventGrid({ clock });
  eventGrid.start();
  network = new PhoneNetwork({ clock, events: eventGrid, routes: eventGridRoutes(eventGrid) });
  await network.start(0);
});

afterEach(() => Promise.all([network.stop(), eventGrid.stop()]));

const call = async (method: string, path: string, body?: unknown) => {
  const response = await fetch(`${network.url}${path}`, {
    method,
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await response.text();
  const type = response.headers.get("content-type");
  return { status: response.status, type, allow: response.headers.get("allow"), body: type ? JSON.parse(text) : text };
};

const withReceiver = async (use: (endpoint: string, receiver: WebhookReceiver) => Promise<void>) => {
  const receiver = new WebhookReceiver();
  try {
    await use(await receiver.start(), receiver);
  } finally {
    await receiver.stop();
  }
};

it("takes a customer's text and shows what Event Grid made of it", () =>
  withReceiver(async (endpoint) => {
    const subscription = { name: "sms-received", eventType: SMS_RECEIVED, endpoint };
    expect(await call("POST", "/subscriptions", subscription)).toMatchObject({ status: 201, body: subscription });
    expect(await call("GET", "/subscriptions")).toMatchObject({ status: 200, body: { items: [subscription] } });

    const texted = await call("POST", "/texts", TEXT);
    expect(texted).toMatchObject({ status: 202, body: { messageId: expect.stringMatching(/^Incoming_/) } });
    expect(texted.body.eventId).toBe(texted.body.messageId);
    await vi.waitFor(async () =>
      expect(await call("GET", "/deliveries")).toMatchObject({
        body: { items: [{ eventId: texted.body.eventId, attempt: 1, status: 202 }] },
      }),
    );
  }));

it("shows the events that were given up", () =>
  withReceiver(async (endpoint, receiver) => {
    await call("POST", "/subscriptions", { name: "sms-received", eventType: SMS_RECEIVED, endpoint });
    receiver.respondNext(400);
    await call("POST", "/texts", { ...TEXT, messageId: "first" });
    await vi.waitFor(async () =>
      expect(await call("GET", "/dead-letters")).toMatchObject({
        body: { items: [{ event: { id: "first" }, deadLetterReason: "UndeliverableDueToHttpBadRequest" }] },
      }),
    );
  }));

it.each([CUSTOMER, encodeURIComponent(CUSTOMER), "15551230001"])("shows what the phone %s got", async (number) => {
  await call("POST", "/texts", { ...TEXT, text: "STOP" });
  const { status, body } = await call("GET", `/handsets/${number}/texts`);
  expect(status).toBe(200);
  expect(body.items).toMatchObject([{ to: CUSTOMER, origin: "network" }]);
});

it("takes, lists and forgets faults", async () => {
  const fault = { on: "send", effect: "status", status: 429, retryAfterSeconds: 1, times: 3, match: CUSTOMER };
  expect(await call("POST", "/faults", fault)).toMatchObject({ status: 201, body: fault });
  expect(await call("GET", "/faults")).toMatchObject({ body: { items: [fault] } });
  expect(await call("DELETE", "/faults")).toMatchObject({ status: 204 });
  expect(await call("GET", "/faults")).toMatchObject({ body: { items: [] } });
});

it("registers a number with a provider, and shows what that provider called", async () => {
  const app = new CallbackReceiver();
  const number = { provider: "twilio", type: "long-code", smsUrl: `${await app.start()}/sms` };
  const registered = { number: "+12065550100", ...number };
  expect(await call("PUT", "/numbers/12065550100", number)).toMatchObject({ status: 200, body: registered });
  expect(await call("GET", "/numbers")).toMatchObject({ status: 200, body: { items: [registered] } });

  const { messageId } = (await call("POST", "/texts", { ...TEXT, to: "+12065550100" })).body;
  const seen = { provider: "twilio", about: "text", messageId, attempt: 1, status: 200, responseBody: "<Response/>" };
  await vi.waitFor(async () =>
    expect(await call("GET", "/webhook-calls")).toMatchObject({ status: 200, body: { items: [seen] } }),
  );
  await app.stop();
});

it("shows the accounts, and sets where TeleSign calls", async () => {
  const callbackUrl = "https://app.example/api/telesign";
  expect(await call("PUT", "/accounts/telesign", { callbackUrl })).toMatchObject({
    status: 200,
    body: { callbackUrl },
  });
  expect(await call("GET", "/accounts")).toEqual(
    expect.objectContaining({
      status: 200,
      body: { twilio: network.twilioAccount, telesign: { ...network.telesignAccount, callbackUrl } },
    }),
  );
  expect(await call("PUT", "/accounts/telesign", {})).toMatchObject({ status: 400 });
});

it.each([
  ["/texts", { ...TEXT, from: "Ann" }, "in international form"],
  ["/texts", { ...TEXT, colour: "red" }, "colour"],
  ["/texts", undefined, "expected object"],
  ["/faults", { on: "moon" }, "on"],
  ["/subscriptions", { name: "x", eventType: SMS_RECEIVED, endpoint: "nowhere" }, "endpoint"],
])("says what is wrong with a request to %s: %j", async (path, body, hint) => {
  expect(await call("POST", path, body)).toMatchObject({
    status: 400,
    type: "application/problem+json",
    body: { type: "about:blank", title: "Invalid request", status: 400, detail: expect.stringContaining(hint) },
  });
});

it("says what is wrong with a number", async () => {
  const smsUrl = "https://app.example/sms#rc=9";
  expect(await call("PUT", "/numbers/12065550100", { provider: "twilio", smsUrl })).toMatchObject({
    status: 400,
    body: { detail: expect.stringContaining("connection override") },
  });
});

it("says why a webhook could not be subscribed", () =>
  withReceiver(async (endpoint, receiver) => {
    receiver.handshake = "accept-with-202";
    expect(await call("POST", "/subscriptions", { name: "mine", eventType: SMS_RECEIVED, endpoint })).toMatchObject({
      status: 422,
      type: "application/problem+json",
      body: { detail: expect.stringContaining("the response was 202") },
    });
  }));

it("points to its guide for an unknown path", async () => {
  expect(await call("GET", "/nothing")).toMatchObject({
    status: 404,
    body: { detail: expect.stringContaining("GET /") },
  });
});

it("says which methods a path takes", async () => {
  expect(await call("PUT", "/faults")).toMatchObject({ status: 405, allow: "POST, GET, DELETE" });
});

it("refuses a body of more than 1 MiB", async () => {
  const response = await fetch(`${network.url}/texts`, { method: "POST", body: "x".repeat(1_048_577) });
  expect(response.status).toBe(413);
});

it("lists its routes and the faults as a text", async () => {
  const response = await fetch(network.url);
  const guide = await response.text();
  expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  for (const route of ["POST /texts", "GET /handsets/{number}/texts", "DELETE /faults", "GET /dead-letters"]) {
    expect(guide).toContain(route);
  }
  expect(guide).toContain('{ "on": "event", "effect": "deliver-twice" }');
});
