import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { TwinClock } from "../clock.ts";
import { apiOf } from "../http/api.ts";
import { eventGridRoutes } from "./api-routes.ts";
import { EventGrid } from "./event-grid.ts";
import { WebhookReceiver } from "./testing/webhook-receiver.ts";

const SMS_RECEIVED = "Microsoft.Communication.SMSReceived";

let eventGrid: EventGrid;
let receiver: WebhookReceiver;
let endpoint: string;

beforeEach(async () => {
  eventGrid = new EventGrid({ clock: new TwinClock() });
  eventGrid.start();
  receiver = new WebhookReceiver();
  endpoint = await receiver.start();
});

afterEach(() => Promise.all([eventGrid.stop(), receiver.stop()]));

const call = async (method: string, path: string, body?: unknown) => {
  const response = await apiOf(eventGridRoutes(eventGrid)).request(path, {
    method,
    body: body === undefined ? null : JSON.stringify(body),
  });
  return { status: response.status, type: response.headers.get("content-type"), body: await response.json() };
};

const publish = () =>
  eventGrid.publish({
    id: "first",
    topic: "/topic",
    subject: "/phonenumber/18005550100",
    data: {},
    eventType: SMS_RECEIVED,
    dataVersion: "1.0",
    metadataVersion: "1",
    eventTime: "2026-03-02T10:30:00.000Z",
  });

it("subscribes a webhook, and returns subscriptions and deliveries", async () => {
  const subscription = { name: "sms-received", eventType: SMS_RECEIVED, endpoint };
  expect(await call("POST", "/subscriptions", subscription)).toMatchObject({ status: 201, body: subscription });
  expect(await call("GET", "/subscriptions")).toMatchObject({ status: 200, body: { items: [subscription] } });
  publish();
  await vi.waitFor(async () =>
    expect(await call("GET", "/deliveries")).toMatchObject({
      body: { items: [{ eventId: "first", attempt: 1, status: 202 }] },
    }),
  );
});

it("returns the dead letters", async () => {
  await call("POST", "/subscriptions", { name: "sms-received", eventType: SMS_RECEIVED, endpoint });
  receiver.respondNext(400);
  publish();
  await vi.waitFor(async () =>
    expect(await call("GET", "/dead-letters")).toMatchObject({
      body: { items: [{ event: { id: "first" }, deadLetterReason: "UndeliverableDueToHttpBadRequest" }] },
    }),
  );
});

it("refuses a malformed subscription with the reason", async () => {
  const subscription = { name: "mine", eventType: SMS_RECEIVED, endpoint: "nowhere" };
  expect(await call("POST", "/subscriptions", subscription)).toMatchObject({
    status: 400,
    body: { detail: expect.stringContaining("endpoint") },
  });
});

it("refuses a webhook that fails the handshake with the reason", async () => {
  receiver.handshake = "accept-with-202";
  expect(await call("POST", "/subscriptions", { name: "mine", eventType: SMS_RECEIVED, endpoint })).toMatchObject({
    status: 422,
    type: "application/problem+json",
    body: { detail: expect.stringContaining("the response was 202") },
  });
});
