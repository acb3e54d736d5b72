import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SmsClient } from "@azure/communication-sms";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TwinClock } from "../clock.ts";
import { WebhookReceiver } from "../event-grid/testing/webhook-receiver.ts";
import { PhoneNetwork } from "./phone-network.ts";

const CUSTOMER = "+15551230001";
const COMPANY = "+18005550100";
const SMS_RECEIVED = "Microsoft.Communication.SMSReceived";

let clock: TwinClock;
let network: PhoneNetwork;
let receiver: WebhookReceiver;
let lines: string[];

beforeEach(async () => {
  clock = new TwinClock();
  lines = [];
  network = new PhoneNetwork({ clock, log: (line) => lines.push(line) });
  receiver = new WebhookReceiver();
  await network.start(0);
  await network.subscribe({ name: "sms-received", eventType: SMS_RECEIVED, endpoint: await receiver.start() });
});

afterEach(async () => {
  await network.stop();
  await receiver.stop();
});

const text = (words: string, messageId?: string) =>
  network.text({ from: CUSTOMER, to: COMPANY, text: words, ...(messageId && { messageId }) });
const notified = (count: number) =>
  vi.waitFor(() => {
    expect(network.deliveries()).toHaveLength(count);
    return receiver.notifications.map(({ event }) => event);
  });

describe("a customer's text", () => {
  it("becomes an event in the documented form", async () => {
    const { messageId, eventId } = text("Where is my order? 😀");
    await notified(1);
    expect(receiver.notifications[0]?.body).toEqual([
      {
        id: eventId,
        topic: expect.stringContaining("/providers/Microsoft.Communication/CommunicationServices/"),
        subject: "/phonenumber/18005550100",
        data: {
          messageId,
          from: "15551230001",
          to: "18005550100",
          message: "Where is my order? 😀",
          receivedTimestamp: expect.stringMatching(/Z$/),
          segmentCount: 1,
        },
        eventType: SMS_RECEIVED,
        dataVersion: "1.0",
        metadataVersion: "1",
        eventTime: expect.stringMatching(/Z$/),
      },
    ]);
  });

  it("has the time of the clock", async () => {
    clock.advance(30 * 86_400_000);
    text("Hello?");
    const [event] = await notified(1);
    expect(Math.abs(Date.parse(String(event?.data.receivedTimestamp)) - clock.now())).toBeLessThan(10_000);
  });

  it("can repeat the id of another", async () => {
    text("Hello?", "same");
    text("Hello?", "same");
    expect(await notified(2)).toMatchObject([{ id: "same" }, { id: "same" }]);
  });

  it("gets an id of its own otherwise", () => {
    expect(text("Hello?").messageId).not.toBe(text("Hello?").messageId);
  });
});

describe("STOP and START", () => {
  const send = () =>
    new SmsClient(network.acsConnectionString, { allowInsecureConnection: true }).send({
      from: COMPANY,
      to: [CUSTOMER],
      message: "Hello!",
    });
  const received = () =>
    network.handset(CUSTOMER).map(({ origin, text: words }) => (origin === "network" ? origin : words));

  it("reach the app as events like any other text", async () => {
    text("STOP");
    text("START");
    const words = (await notified(2)).map(({ data }) => data.message);
    expect(words.sort()).toEqual(["START", "STOP"]);
  });

  it("block and unblock what the number sends, and are answered by the network", async () => {
    text("STOP");
    expect(await send()).toMatchObject([{ successful: true, httpStatusCode: 202 }]);
    text("UNSTOP");
    await send();
    expect(received()).toEqual(["network", "network", "Hello!"]);
    expect(network.handset(CUSTOMER)).toMatchObject([{ from: COMPANY }, { from: COMPANY }, { from: COMPANY }]);
  });
});

describe("stopping and starting again", () => {
  it("has no address while it is stopped", async () => {
    const url = network.url;
    await network.stop();
    expect(() => network.url).toThrow("not started");
    await expect(fetch(url)).rejects.toThrow();
  });

  it("keeps handsets, faults, subscriptions and deliveries, and can take its old port", async () => {
    text("STOP");
    await notified(1);
    network.addFault({ on: "report", effect: "lose" });
    const port = Number(new URL(network.url).port);
    await network.stop();
    expect(await network.start(port)).toBe(port);
    expect(network.handset(CUSTOMER)).toHaveLength(1);
    expect(network.faults()).toHaveLength(1);
    expect(network.subscriptions()).toHaveLength(1);
    expect(network.deliveries()).toHaveLength(1);
  });

  it("delivers after a start what was texted during the stop", async () => {
    await network.stop();
    text("Hello?", "first");
    expect(network.idle()).toBe(false);
    await network.start(0);
    expect(await notified(1)).toMatchObject([{ id: "first" }]);
  });

  it("delivers again what was under way when it stopped", async () => {
    receiver.answerNext("never");
    text("Hello?", "first");
    await vi.waitFor(() => expect(receiver.notifications).toHaveLength(1));
    await network.stop();
    expect(network.deliveries()).toMatchObject([{ outcome: "Aborted", error: "the phone network was stopped" }]);
    await network.start(0);
    clock.advance(10_000);
    expect(await notified(2)).toMatchObject([{ id: "first" }, { id: "first" }]);
  });

  it("says which port is taken", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    await expect(new PhoneNetwork({ clock }).start(port)).rejects.toMatchObject({ code: "EADDRINUSE", port });
    other.close();
  });

  it("listens on 127.0.0.1 only", async () => {
    const { port } = new URL(network.url);
    await expect(fetch(`http://127.0.0.2:${port}/`)).rejects.toThrow("fetch failed");
  });
});

describe("idle", () => {
  it("is false from a text until its event was answered, and true while the next attempt is not due", async () => {
    expect(network.idle()).toBe(true);
    receiver.answerNext(500);
    text("Hello?");
    expect(network.idle()).toBe(false);
    await notified(1);
    expect(network.idle()).toBe(true);
  });
});

describe("the log", () => {
  it("tells of an event that was not accepted, without the number and the text", async () => {
    receiver.answerNext(500, 400);
    text("My secret", "first");
    await notified(1);
    clock.advance(10_000);
    await notified(2);
    expect(lines).toEqual([
      expect.stringMatching(/^event first not accepted by sms-received, attempt 1: 500; next at /),
      "event first not accepted by sms-received, attempt 2: 400",
      "event first given up for sms-received: UndeliverableDueToHttpBadRequest",
    ]);
  });
});

it("takes an access key", async () => {
  const accessKey = Buffer.from("a key").toString("base64");
  const other = new PhoneNetwork({ clock, accessKey });
  const port = await other.start(0);
  expect(other.acsConnectionString).toBe(`endpoint=http://127.0.0.1:${port}/;accesskey=${accessKey}`);
  await other.stop();
});
