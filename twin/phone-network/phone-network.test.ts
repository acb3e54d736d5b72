import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SmsClient } from "@azure/communication-sms";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { TwinClock } from "../clock.ts";
import { WebhookReceiver } from "../event-grid/testing/webhook-receiver.ts";
import { acsConnectionString } from "./acs/account.ts";
import { PhoneNetwork } from "./phone-network.ts";
import { startNetwork } from "./testing/network.ts";
import { RecordingPublisher } from "./testing/recording-publisher.ts";

const CUSTOMER = "+15551230001";
const COMPANY = "+18005550100";
const SMS_RECEIVED = "Microsoft.Communication.SMSReceived";

const start = async () => {
  const events = new RecordingPublisher();
  const parts = await startNetwork(() => ({ events }));
  const text = (words: string, messageId?: string) =>
    parts.network.text({ from: CUSTOMER, to: COMPANY, text: words, ...(messageId && { messageId }) });
  return { ...parts, events, text };
};

describe("a customer's text to a number at ACS", () => {
  it("becomes an event in the documented form", async () => {
    const { events, text } = await start();
    const { messageId, eventId } = text("Where is my order? 😀");
    expect(events.published).toEqual([
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
    const { clock, events, text } = await start();
    clock.advance(30 * 86_400_000);
    text("Hello?");
    const [event] = events.published;
    expect(Math.abs(Date.parse(String(event?.data.receivedTimestamp)) - clock.now())).toBeLessThan(10_000);
  });

  it("can repeat the id of another", async () => {
    const { events, text } = await start();
    text("Hello?", "same");
    text("Hello?", "same");
    expect(events.published).toMatchObject([{ id: "same" }, { id: "same" }]);
  });

  it("gets a unique id by default", async () => {
    const { text } = await start();
    expect(text("Hello?").messageId).not.toBe(text("Hello?").messageId);
  });
});

describe("STOP and START", () => {
  it("reach the app as events like any other text", async () => {
    const { events, text } = await start();
    text("STOP");
    text("START");
    expect(events.published.map(({ data }) => data.message)).toEqual(["STOP", "START"]);
  });

  it("block and unblock texts from the number, and get a reply from the network", async () => {
    const { network, text } = await start();
    const client = new SmsClient(acsConnectionString(network.url), { allowInsecureConnection: true });
    const send = () => client.send({ from: COMPANY, to: [CUSTOMER], message: "Hello!" });
    text("STOP");
    expect(await send()).toMatchObject([{ successful: true, httpStatusCode: 202 }]);
    text("UNSTOP");
    await send();
    expect(network.handset(CUSTOMER)).toMatchObject([
      { from: COMPANY, origin: "network" },
      { from: COMPANY, origin: "network" },
      { from: COMPANY, origin: "sender", text: "Hello!" },
    ]);
  });
});

describe("a fault on an event", () => {
  it("applies only to the number that it names", async () => {
    const { network, events, text } = await start();
    network.addFault({ on: "event", effect: "pascal-case", match: "+15551230002" });
    text("Hello?", "first");
    network.text({ from: "+15551230002", to: COMPANY, text: "Hello?", messageId: "second" });
    expect(events.faultsOf("first").takeEffect(["pascal-case"])).toBeUndefined();
    expect(events.faultsOf("second").takeEffect(["pascal-case"])).toBe("pascal-case");
  });

  it("releases the held events when the faults are cleared", async () => {
    const { network, eventGrid } = await startNetwork(() => ({}));
    const receiver = new WebhookReceiver();
    onTestFinished(() => receiver.stop());
    const endpoint = await receiver.start();
    await eventGrid.subscribe({ name: "sms-received", eventType: SMS_RECEIVED, endpoint });
    network.addFault({ on: "event", effect: "hold" });
    network.text({ from: CUSTOMER, to: COMPANY, text: "Hello?", messageId: "first" });
    expect(network.isIdle()).toBe(true);
    network.clearFaults();
    await vi.waitFor(() => expect(receiver.notifications).toMatchObject([{ event: { id: "first" } }]));
  });
});

describe("stopping and starting", () => {
  it("has no URL before its first start", () => {
    const network = new PhoneNetwork({ clock: new TwinClock(), events: new RecordingPublisher() });
    expect(() => network.url).toThrow("The phone network has not been started");
  });

  it("cannot be reached while it is stopped", async () => {
    const { network } = await start();
    await network.stop();
    await expect(fetch(network.url)).rejects.toThrow("fetch failed");
  });

  it("keeps handsets and faults, and can use its old port", async () => {
    const { network, text } = await start();
    text("STOP");
    network.addFault({ on: "report", effect: "lose" });
    const { url } = network;
    await network.stop();
    await network.start(Number(new URL(url).port));
    expect(network.url).toBe(url);
    expect(network.handset(CUSTOMER)).toHaveLength(1);
    expect(network.faults()).toHaveLength(1);
  });

  it("fails with the port that is in use", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    const network = new PhoneNetwork({ clock: new TwinClock(), events: new RecordingPublisher() });
    await expect(network.start(port)).rejects.toMatchObject({ code: "EADDRINUSE", port });
    other.close();
  });

  it("listens on 127.0.0.1 only", async () => {
    const { network } = await start();
    const { port } = new URL(network.url);
    await expect(fetch(`http://127.0.0.2:${port}/`)).rejects.toThrow("fetch failed");
  });
});
