import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TwinClock } from "../clock.ts";
import { type EventFaults, NO_FAULTS } from "../webhooks/event-faults.ts";
import type { EventGridEvent } from "./event.ts";
import { EventGrid } from "./event-grid.ts";
import { WebhookReceiver } from "./testing/webhook-receiver.ts";

const SECOND = 1000;
const HOUR = 3_600_000;
const SMS_RECEIVED = "Microsoft.Communication.SMSReceived";

let clock: TwinClock;
let eventGrid: EventGrid;
let receiver: WebhookReceiver;
let endpoint: string;
let lines: string[];

beforeEach(async () => {
  clock = new TwinClock();
  lines = [];
  eventGrid = new EventGrid({ clock, log: (line) => lines.push(line) });
  receiver = new WebhookReceiver();
  endpoint = await receiver.start();
  eventGrid.start();
});

afterEach(async () => {
  await eventGrid.stop();
  await receiver.stop();
});

const eventOf = (id: string): EventGridEvent => ({
  id,
  topic: "/subscriptions/1/resourceGroups/a/providers/Microsoft.Communication/CommunicationServices/b",
  subject: "/phonenumber/18005550100",
  data: { message: "Where is my order?", deliveryAttempts: [{ segmentsFailed: 0 }] },
  eventType: SMS_RECEIVED,
  dataVersion: "1.0",
  metadataVersion: "1",
  eventTime: "2026-03-02T10:30:00.000Z",
});
const publish = (id: string, faults: Partial<EventFaults> = {}) =>
  eventGrid.publish(eventOf(id), { ...NO_FAULTS, ...faults });
const subscribe = () => eventGrid.subscribe({ name: "sms-received", eventType: SMS_RECEIVED, endpoint });
const attempts = (count: number) => vi.waitFor(() => expect(eventGrid.deliveries()).toHaveLength(count));
const receivedIds = () => receiver.notifications.map(({ event }) => event.id);

describe("the validation handshake", () => {
  it("creates a subscription for an endpoint that returns the code", async () => {
    await subscribe();
    expect(eventGrid.subscriptions()).toEqual([
      { name: "sms-received", eventType: SMS_RECEIVED, endpoint, schema: "EventGridSchema" },
    ]);
  });

  it.each(["accept-with-202", "return-wrong-code"] as const)(
    "fails for an endpoint that does %s",
    async (handshake) => {
      receiver.handshake = handshake;
      await expect(subscribe()).rejects.toThrow(
        '"sms-received" did not respond to the validation event with 200 and its code',
      );
      expect(eventGrid.subscriptions()).toEqual([]);
    },
  );

  it("fails for an endpoint that does not respond within 30 seconds", async () => {
    receiver.handshake = "never-respond";
    const subscribed = expect(subscribe()).rejects.toThrow("no response within 30 seconds");
    clock.advance(30 * SECOND);
    await subscribed;
  });

  it("fails for an endpoint that refuses the connection, with the reason", async () => {
    await receiver.stop();
    await expect(subscribe()).rejects.toThrow("ECONNREFUSED");
  });

  it("requests permission for its origin from an endpoint for CloudEvents", async () => {
    const cloudEvents = {
      name: "sms-received",
      eventType: SMS_RECEIVED,
      endpoint,
      schema: "CloudEventSchemaV1_0",
    } as const;
    await eventGrid.subscribe(cloudEvents);
    expect(eventGrid.subscriptions()).toEqual([cloudEvents]);
    receiver.handshake = "return-wrong-code";
    await expect(eventGrid.subscribe(cloudEvents)).rejects.toThrow("did not respond to OPTIONS with 200");
  });
});

describe("delivery", () => {
  it("posts an array of one event with the documented headers to the exact URL of the endpoint", async () => {
    await subscribe();
    publish("first");
    await attempts(1);
    expect(receiver.notifications).toMatchObject([
      {
        target: "/runtime/webhooks/eventgrid?functionName=sms-received&code=key",
        headers: {
          "content-type": "application/json; charset=utf-8",
          "aeg-event-type": "Notification",
          "aeg-subscription-name": "sms-received",
          "aeg-delivery-count": "0",
          "aeg-data-version": "1.0",
          "aeg-metadata-version": "1",
          "aeg-output-event-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
        },
        body: [eventOf("first")],
      },
    ]);
    expect(eventGrid.deliveries()).toMatchObject([
      { subscription: "sms-received", eventId: "first", attempt: 1, outcome: "Delivered", status: 202 },
    ]);
  });

  it("posts a single CloudEvent to a subscription for CloudEvents", async () => {
    await eventGrid.subscribe({ name: "cloud", eventType: SMS_RECEIVED, endpoint, schema: "CloudEventSchemaV1_0" });
    publish("first");
    await attempts(1);
    expect(receiver.notifications[0]?.headers["content-type"]).toBe("application/cloudevents+json; charset=utf-8");
    const { topic, subject, eventType, eventTime, data } = eventOf("first");
    expect(receiver.notifications[0]?.body).toEqual({
      id: "first",
      source: topic,
      subject,
      type: eventType,
      time: eventTime,
      specversion: "1.0",
      data,
    });
  });

  it("delivers an event only to subscriptions for its type", async () => {
    await subscribe();
    const eventType = "Microsoft.Communication.SMSDeliveryReportReceived";
    await eventGrid.subscribe({ name: "reports", eventType, endpoint });
    publish("first");
    await vi.waitFor(() => expect(eventGrid.isIdle()).toBe(true));
    expect(eventGrid.deliveries().map(({ subscription }) => subscription)).toEqual(["sms-received"]);
  });

  it("retries after 10 and after 30 seconds with the same event, and counts the deliveries", async () => {
    await subscribe();
    receiver.respondNext(500, 500);
    publish("first");
    await attempts(1);
    clock.advance(10 * SECOND);
    await attempts(2);
    clock.advance(30 * SECOND);
    await attempts(3);
    expect(eventGrid.deliveries().map(({ status }) => status)).toEqual([500, 500, 202]);
    expect(receiver.notifications.map(({ headers }) => headers["aeg-delivery-count"])).toEqual(["0", "1", "2"]);
    const outputEventIds = receiver.notifications.map(({ headers }) => headers["aeg-output-event-id"]);
    expect(new Set(outputEventIds).size).toBe(1);
  });

  it("says when the next attempt is due, and makes none before", async () => {
    await subscribe();
    receiver.respondNext(503);
    publish("first");
    await attempts(1);
    const [delivery] = eventGrid.deliveries();
    expect(Date.parse(delivery?.nextAttemptAt ?? "") - Date.parse(delivery?.attemptedAt ?? "")).toBeGreaterThanOrEqual(
      30 * SECOND,
    );
    clock.advance(20 * SECOND);
    expect(eventGrid.isIdle()).toBe(true);
    expect(receiver.notifications).toHaveLength(1);
  });

  it("retries when the endpoint does not respond within 30 seconds", async () => {
    await subscribe();
    receiver.respondNext("never");
    publish("first");
    await vi.waitFor(() => expect(receiver.notifications).toHaveLength(1));
    clock.advance(30 * SECOND);
    await attempts(1);
    expect(eventGrid.deliveries()).toMatchObject([{ outcome: "TimedOut", error: "no response within 30 seconds" }]);
    clock.advance(10 * SECOND);
    await attempts(2);
    expect(receivedIds()).toEqual(["first", "first"]);
  });

  it("retries when the endpoint refuses the connection", async () => {
    await subscribe();
    await receiver.stop();
    publish("first");
    await attempts(1);
    expect(eventGrid.deliveries()).toMatchObject([{ outcome: "SocketError", nextAttemptAt: expect.any(String) }]);
  });

  it("dead-letters an event after a status that ends its delivery", async () => {
    await subscribe();
    receiver.respondNext(401);
    publish("first");
    await vi.waitFor(() => expect(eventGrid.deadLetters()).toHaveLength(1));
    expect(eventGrid.deadLetters()).toMatchObject([
      {
        subscription: "sms-received",
        event: eventOf("first"),
        deadLetterReason: "UndeliverableDueToHttpUnauthorized",
        deliveryAttempts: 1,
        lastDeliveryOutcome: "Unauthorized",
        lastHttpStatusCode: 401,
      },
    ]);
    clock.advance(48 * HOUR);
    expect(receiver.notifications).toHaveLength(1);
  });

  it("dead-letters an event at the first attempt that is due more than 24 hours after its publication", async () => {
    await subscribe();
    receiver.respondNext(500);
    publish("first");
    await attempts(1);
    await eventGrid.stop();
    clock.advance(24 * HOUR);
    eventGrid.start();
    await vi.waitFor(() => expect(eventGrid.deadLetters()).toHaveLength(1));
    expect(eventGrid.deadLetters()).toMatchObject([{ deadLetterReason: "TimeToLiveExceeded", deliveryAttempts: 1 }]);
    expect(receiver.notifications).toHaveLength(1);
  });

  it("delivers waiting events to the new endpoint of a replaced subscription", async () => {
    await subscribe();
    receiver.respondNext(500);
    publish("first");
    await attempts(1);
    const replacement = new WebhookReceiver();
    await eventGrid.subscribe({ name: "sms-received", eventType: SMS_RECEIVED, endpoint: await replacement.start() });
    clock.advance(10 * SECOND);
    await attempts(2);
    expect(replacement.notifications.map(({ event }) => event.id)).toEqual(["first"]);
    await replacement.stop();
  });

  it("logs failures with ids and without the data of the event", async () => {
    await subscribe();
    receiver.respondNext(500, 400);
    publish("first");
    await attempts(1);
    clock.advance(10 * SECOND);
    await attempts(2);
    expect(lines).toEqual([
      expect.stringMatching(/^event first not accepted by sms-received, attempt 1: 500; next at /),
      "event first not accepted by sms-received, attempt 2: 400",
      "event first dead-lettered for sms-received: UndeliverableDueToHttpBadRequest",
    ]);
  });
});

describe("a fault on an event", () => {
  beforeEach(subscribe);

  it("delivers it twice", async () => {
    publish("first", { takeDeliveryFault: () => ({ effect: "deliver-twice" }) });
    await attempts(2);
    expect(receivedIds()).toEqual(["first", "first"]);
  });

  it("holds it until the next event has been delivered", async () => {
    publish("first", { takeDeliveryFault: () => ({ effect: "hold" }) });
    publish("second");
    await attempts(2);
    expect(receivedIds()).toEqual(["second", "first"]);
  });

  it("holds it until held events are released", async () => {
    publish("first", { takeDeliveryFault: () => ({ effect: "hold" }) });
    expect(eventGrid.isIdle()).toBe(true);
    eventGrid.releaseHeld();
    await attempts(1);
    expect(receivedIds()).toEqual(["first"]);
  });

  it("replays it later", async () => {
    publish("first", { takeDeliveryFault: () => ({ effect: "replay", delayMs: 60 * SECOND }) });
    await attempts(1);
    clock.advance(60 * SECOND);
    await attempts(2);
    expect(receivedIds()).toEqual(["first", "first"]);
  });

  it("delays it", async () => {
    publish("first", { takeDelayMs: () => 60 * SECOND });
    publish("second");
    await attempts(1);
    clock.advance(60 * SECOND);
    await attempts(2);
    expect(receivedIds()).toEqual(["second", "first"]);
  });

  const takeEffect = (effect: string) => ({
    takeEffect: (effects: readonly string[]) => effects.find((known) => known === effect),
  });

  it("writes the keys of its data in PascalCase", async () => {
    publish("first", takeEffect("pascal-case"));
    await attempts(1);
    expect(receiver.notifications[0]?.event.data).toEqual({
      Message: "Where is my order?",
      DeliveryAttempts: [{ SegmentsFailed: 0 }],
    });
  });

  it("sends it as a CloudEvent to a subscription for the Event Grid schema", async () => {
    publish("first", takeEffect("cloud-events"));
    await attempts(1);
    expect(receiver.notifications[0]?.body).toMatchObject({ specversion: "1.0", id: "first" });
  });
});

describe("stopping and starting", () => {
  beforeEach(subscribe);

  it("delivers after a start the events that were published before it", async () => {
    await eventGrid.stop();
    publish("first");
    expect(eventGrid.isIdle()).toBe(false);
    eventGrid.start();
    await attempts(1);
    expect(receivedIds()).toEqual(["first"]);
  });

  it("retries an attempt that the stop aborted", async () => {
    receiver.respondNext("never");
    publish("first");
    await vi.waitFor(() => expect(receiver.notifications).toHaveLength(1));
    await eventGrid.stop();
    expect(eventGrid.deliveries()).toMatchObject([{ outcome: "Aborted", error: "the caller was stopped" }]);
    eventGrid.start();
    clock.advance(10 * SECOND);
    await attempts(2);
    expect(receivedIds()).toEqual(["first", "first"]);
  });

  it("keeps subscriptions and deliveries", async () => {
    publish("first");
    await attempts(1);
    await eventGrid.stop();
    expect(eventGrid.subscriptions()).toHaveLength(1);
    expect(eventGrid.deliveries()).toHaveLength(1);
  });

  it("is idle only while no attempt is running or due", async () => {
    expect(eventGrid.isIdle()).toBe(true);
    receiver.respondNext(500);
    publish("first");
    expect(eventGrid.isIdle()).toBe(false);
    await attempts(1);
    expect(eventGrid.isIdle()).toBe(true);
  });
});
