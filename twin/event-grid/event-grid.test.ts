import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TwinClock } from "../clock.ts";
import { PhoneNetwork } from "../phone-network/phone-network.ts";
import { WebhookReceiver } from "./testing/webhook-receiver.ts";

const SECOND = 1000;
const HOUR = 3_600_000;
const SMS_RECEIVED = "Microsoft.Communication.SMSReceived";
const TEXT = { from: "+15551230001", to: "+18005550100", text: "Where is my order?", messageId: "first" };

let clock: TwinClock;
let network: PhoneNetwork;
let receiver: WebhookReceiver;
let endpoint: string;

beforeEach(async () => {
  clock = new TwinClock();
  network = new PhoneNetwork({ clock });
  receiver = new WebhookReceiver();
  endpoint = await receiver.start();
  await network.start(0);
});

afterEach(async () => {
  await network.stop();
  await receiver.stop();
});

const subscribe = () => network.subscribe({ name: "sms-received", eventType: SMS_RECEIVED, endpoint });
const attempts = (count: number) => vi.waitFor(() => expect(network.deliveries()).toHaveLength(count));
const arrivals = () => receiver.notifications.map(({ event }) => event.id);

describe("the validation handshake", () => {
  it("makes a subscription of an endpoint that returns the code", async () => {
    await subscribe();
    expect(network.subscriptions()).toEqual([
      { name: "sms-received", eventType: SMS_RECEIVED, endpoint, schema: "EventGridSchema" },
    ]);
  });

  it.each(["accept-with-202", "answer-another-code"] as const)(
    "refuses an endpoint that does %s",
    async (handshake) => {
      receiver.handshake = handshake;
      await expect(subscribe()).rejects.toThrow(
        '"sms-received" did not answer the validation event with 200 and its code',
      );
      expect(network.subscriptions()).toEqual([]);
    },
  );

  it("refuses an endpoint that does not answer within 30 seconds", async () => {
    receiver.handshake = "never-answer";
    const subscribed = expect(subscribe()).rejects.toThrow("no answer within 30 seconds");
    clock.advance(30 * SECOND);
    await subscribed;
  });

  it("refuses an endpoint where nobody listens, and says so", async () => {
    await receiver.stop();
    await expect(subscribe()).rejects.toThrow("ECONNREFUSED");
  });

  it("asks an endpoint for CloudEvents whether it allows the origin", async () => {
    const cloudEvents = {
      name: "sms-received",
      eventType: SMS_RECEIVED,
      endpoint,
      schema: "CloudEventSchemaV1_0",
    } as const;
    await network.subscribe(cloudEvents);
    expect(network.subscriptions()).toEqual([cloudEvents]);
    receiver.handshake = "answer-another-code";
    await expect(network.subscribe(cloudEvents)).rejects.toThrow("did not answer OPTIONS with 200");
  });
});

describe("delivery", () => {
  it("posts an array of one event with the documented headers to the endpoint as it was given", async () => {
    await subscribe();
    network.text(TEXT);
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
        body: [{ id: "first", eventType: SMS_RECEIVED, metadataVersion: "1" }],
      },
    ]);
    expect(network.deliveries()).toMatchObject([
      { subscription: "sms-received", eventId: "first", attempt: 1, outcome: "Delivered", status: 202 },
    ]);
  });

  it("posts a single CloudEvent to a subscription for CloudEvents", async () => {
    await network.subscribe({ name: "cloud", eventType: SMS_RECEIVED, endpoint, schema: "CloudEventSchemaV1_0" });
    network.text(TEXT);
    await attempts(1);
    expect(receiver.notifications[0]?.headers["content-type"]).toBe("application/cloudevents+json; charset=utf-8");
    expect(receiver.notifications[0]?.body).toEqual({
      id: "first",
      source: expect.stringContaining("/providers/Microsoft.Communication/CommunicationServices/"),
      subject: "/phonenumber/18005550100",
      type: SMS_RECEIVED,
      time: expect.stringMatching(/Z$/),
      specversion: "1.0",
      data: expect.objectContaining({ messageId: "first" }),
    });
  });

  it("brings an event only to those who subscribed to its type", async () => {
    await subscribe();
    const eventType = "Microsoft.Communication.SMSDeliveryReportReceived";
    await network.subscribe({ name: "reports", eventType, endpoint });
    network.text(TEXT);
    await vi.waitFor(() => expect(network.idle()).toBe(true));
    expect(network.deliveries().map(({ subscription }) => subscription)).toEqual(["sms-received"]);
  });

  it("tries again after 10 and after 30 seconds with the same event, counting its deliveries", async () => {
    await subscribe();
    receiver.answerNext(500, 500);
    network.text(TEXT);
    await attempts(1);
    clock.advance(10 * SECOND);
    await attempts(2);
    clock.advance(30 * SECOND);
    await attempts(3);
    expect(network.deliveries().map(({ status }) => status)).toEqual([500, 500, 202]);
    expect(receiver.notifications.map(({ headers }) => headers["aeg-delivery-count"])).toEqual(["0", "1", "2"]);
    const sameId = receiver.notifications[0]?.headers["aeg-output-event-id"];
    expect(receiver.notifications.every(({ headers }) => headers["aeg-output-event-id"] === sameId)).toBe(true);
  });

  it("tells when the next attempt is due, and makes none before", async () => {
    await subscribe();
    receiver.answerNext(503);
    network.text(TEXT);
    await attempts(1);
    const [delivery] = network.deliveries();
    expect(Date.parse(delivery?.nextAttemptAt ?? "") - Date.parse(delivery?.attemptedAt ?? "")).toBeGreaterThanOrEqual(
      30 * SECOND,
    );
    clock.advance(20 * SECOND);
    expect(network.idle()).toBe(true);
    expect(receiver.notifications).toHaveLength(1);
  });

  it("takes an endpoint that does not answer within 30 seconds for a failure, and tries again", async () => {
    await subscribe();
    receiver.answerNext("never");
    network.text(TEXT);
    await vi.waitFor(() => expect(receiver.notifications).toHaveLength(1));
    clock.advance(30 * SECOND);
    await attempts(1);
    expect(network.deliveries()).toMatchObject([{ outcome: "TimedOut", error: "no answer within 30 seconds" }]);
    clock.advance(10 * SECOND);
    await attempts(2);
    expect(arrivals()).toEqual(["first", "first"]);
  });

  it("tries again where nobody listens", async () => {
    await subscribe();
    await receiver.stop();
    network.text(TEXT);
    await attempts(1);
    expect(network.deliveries()).toMatchObject([{ outcome: "SocketError", nextAttemptAt: expect.any(String) }]);
  });

  it("keeps an event that an endpoint refuses for good as a dead letter", async () => {
    await subscribe();
    receiver.answerNext(401);
    network.text(TEXT);
    await vi.waitFor(() => expect(network.deadLetters()).toHaveLength(1));
    expect(network.deadLetters()).toMatchObject([
      {
        subscription: "sms-received",
        event: { id: "first", data: { message: "Where is my order?" } },
        deadLetterReason: "UndeliverableDueToHttpUnauthorized",
        deliveryAttempts: 1,
        lastDeliveryOutcome: "Unauthorized",
        lastHttpStatusCode: 401,
      },
    ]);
    clock.advance(48 * HOUR);
    expect(receiver.notifications).toHaveLength(1);
  });

  it("gives an event up at the first attempt that is due more than 24 hours after it was published", async () => {
    await subscribe();
    receiver.answerNext(500);
    network.text(TEXT);
    await attempts(1);
    await network.stop();
    clock.advance(24 * HOUR);
    await network.start(0);
    await vi.waitFor(() => expect(network.deadLetters()).toHaveLength(1));
    expect(network.deadLetters()).toMatchObject([{ deadLetterReason: "TimeToLiveExceeded", deliveryAttempts: 1 }]);
    expect(receiver.notifications).toHaveLength(1);
  });

  it("brings waiting events to the new endpoint of a replaced subscription", async () => {
    await subscribe();
    receiver.answerNext(500);
    network.text(TEXT);
    await attempts(1);
    const replacement = new WebhookReceiver();
    await network.subscribe({ name: "sms-received", eventType: SMS_RECEIVED, endpoint: await replacement.start() });
    clock.advance(10 * SECOND);
    await attempts(2);
    expect(replacement.notifications.map(({ event }) => event.id)).toEqual(["first"]);
    await replacement.stop();
  });
});

describe("a fault that touches events", () => {
  beforeEach(subscribe);

  it("delivers an event twice", async () => {
    network.addFault({ on: "event", effect: "deliver-twice" });
    network.text(TEXT);
    await attempts(2);
    expect(arrivals()).toEqual(["first", "first"]);
  });

  it("holds an event until the next one was delivered", async () => {
    network.addFault({ on: "event", effect: "hold" });
    network.text(TEXT);
    network.text({ ...TEXT, messageId: "second" });
    await attempts(2);
    expect(arrivals()).toEqual(["second", "first"]);
  });

  it("lets a held event go when the faults are cleared", async () => {
    network.addFault({ on: "event", effect: "hold" });
    network.text(TEXT);
    expect(network.idle()).toBe(true);
    network.clearFaults();
    await attempts(1);
    expect(arrivals()).toEqual(["first"]);
  });

  it("delivers an event once more, later", async () => {
    network.addFault({ on: "event", effect: "replay", delayMs: 60 * SECOND });
    network.text(TEXT);
    await attempts(1);
    clock.advance(60 * SECOND);
    await attempts(2);
    expect(arrivals()).toEqual(["first", "first"]);
  });

  it("delays an event", async () => {
    network.addFault({ on: "event", effect: "delay", delayMs: 60 * SECOND });
    network.text(TEXT);
    network.text({ ...TEXT, messageId: "second" });
    await attempts(1);
    clock.advance(60 * SECOND);
    await attempts(2);
    expect(arrivals()).toEqual(["second", "first"]);
  });

  it("writes the keys of an event's data in PascalCase", async () => {
    network.addFault({ on: "event", effect: "pascal-case" });
    network.text(TEXT);
    await attempts(1);
    expect(receiver.notifications[0]?.event.data).toEqual({
      MessageId: "first",
      From: "15551230001",
      To: "18005550100",
      Message: "Where is my order?",
      ReceivedTimestamp: expect.any(String),
      SegmentCount: 1,
    });
  });

  it("sends a CloudEvent to a subscription for the other schema", async () => {
    network.addFault({ on: "event", effect: "cloud-events" });
    network.text(TEXT);
    await attempts(1);
    expect(receiver.notifications[0]?.body).toMatchObject({ specversion: "1.0", id: "first" });
  });

  it("strikes only the number that it names", async () => {
    network.addFault({ on: "event", effect: "deliver-twice", match: "+15551230002" });
    network.text(TEXT);
    network.text({ ...TEXT, messageId: "second", from: "+15551230002" });
    await attempts(3);
    expect(arrivals().sort()).toEqual(["first", "second", "second"]);
  });
});
