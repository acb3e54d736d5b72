import { randomUUID } from "node:crypto";
import { SmsClient, type SmsClientOptions } from "@azure/communication-sms";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TwinClock } from "../../clock.ts";
import type { EventGridEvent } from "../../event-grid/event.ts";
import { PhoneNetwork } from "../phone-network.ts";
import { RecordingPublisher } from "../testing/recording-publisher.ts";
import { acsConnectionString } from "./account.ts";

const COMPANY = "+18005550100";
const CUSTOMER = "+15551230001";
const SEND = { from: COMPANY, to: [CUSTOMER], message: "It is on its way." };
const GUID = "11111111-2222-4333-8444-555555555555";

type AdditionalPolicy = NonNullable<SmsClientOptions["additionalPolicies"]>[number];

/** Changes the first recipient of each request before the request is signed. */
const withRecipient = (change: Record<string, string | undefined>): AdditionalPolicy => ({
  position: "perCall",
  policy: {
    name: "withRecipient",
    sendRequest: async (request, next) => {
      const body = JSON.parse(String(request.body));
      Object.assign(body.smsRecipients[0], change);
      request.body = JSON.stringify(body);
      return next(request);
    },
  },
});

let clock: TwinClock;
let network: PhoneNetwork;
let events: RecordingPublisher;

beforeEach(async () => {
  clock = new TwinClock();
  events = new RecordingPublisher();
  network = new PhoneNetwork({ clock, events });
  await network.start(0);
});

afterEach(() => network.stop());

/** Without retries by default. */
const client = (options: SmsClientOptions = {}, connectionString = acsConnectionString(network.url)) =>
  new SmsClient(connectionString, { allowInsecureConnection: true, retryOptions: { maxRetries: 0 }, ...options });
const texts = () => network.handset(CUSTOMER).map(({ text }) => text);

describe("sending by SmsClient", () => {
  it("delivers a text to the handset and returns its id", async () => {
    const [result] = await client().send(SEND);
    expect(result).toMatchObject({
      to: CUSTOMER,
      httpStatusCode: 202,
      successful: true,
      repeatabilityResult: "accepted",
      messageId: expect.stringMatching(/^Outgoing_/),
    });
    expect(network.handset(CUSTOMER)).toEqual([
      {
        messageId: result?.messageId,
        from: COMPANY,
        to: CUSTOMER,
        text: "It is on its way.",
        encoding: "GSM-7",
        segmentCount: 1,
        receivedAt: expect.stringMatching(/Z$/),
        origin: "sender",
      },
    ]);
  });

  it("sends to several recipients and refuses only the invalid numbers", async () => {
    const results = await client().send({ ...SEND, to: ["+15551230002", "5551230001", "+112345678901", CUSTOMER] });
    expect(results).toMatchObject([
      { successful: true, httpStatusCode: 202 },
      { to: "5551230001", successful: false, httpStatusCode: 400, errorMessage: "Invalid To phone number format." },
      { to: "+112345678901", successful: false, httpStatusCode: 400 },
      { successful: true, httpStatusCode: 202 },
    ]);
    expect(network.handset("+15551230002")).toHaveLength(1);
    expect(texts()).toHaveLength(1);
  });

  it.each(["+18005550100", "12345", "CONTOSO"])("accepts %s as the sender", async (from) => {
    await client().send({ ...SEND, from });
    expect(network.handset(CUSTOMER)).toMatchObject([{ from }]);
  });

  it("refuses a sender at another provider", async () => {
    network.setNumber({ number: COMPANY, provider: "twilio" });
    await expect(client().send(SEND)).rejects.toMatchObject({ statusCode: 400 });
    expect(texts()).toEqual([]);
  });

  it("accepts 2048 characters and refuses one more", async () => {
    await client().send({ ...SEND, message: "x".repeat(2048) });
    await expect(client().send({ ...SEND, message: "x".repeat(2049) })).rejects.toMatchObject({ statusCode: 400 });
    expect(texts()).toHaveLength(1);
  });

  it.each([
    ["no recipient", { to: [] }],
    ["101 recipients", { to: Array.from({ length: 101 }, () => CUSTOMER) }],
    ["an empty message", { message: "" }],
    ["an invalid sender", { from: "+1" }],
  ])("refuses %s as a whole", async (_name, change) => {
    await expect(client().send({ ...SEND, ...change })).rejects.toMatchObject({ statusCode: 400 });
    expect(texts()).toEqual([]);
  });

  it("refuses another API version", async () => {
    const newer = client({ apiVersion: "2026-01-23" } as SmsClientOptions);
    await expect(newer.send(SEND)).rejects.toMatchObject({ statusCode: 400 });
  });

  it("refuses a signature by another key", async () => {
    const connectionString = acsConnectionString(network.url, { accessKey: Buffer.from("another").toString("base64") });
    await expect(client({}, connectionString).send(SEND)).rejects.toMatchObject({ statusCode: 401 });
    expect(texts()).toEqual([]);
  });

  it("refuses a request whose date is more than 5 minutes from the clock's", async () => {
    clock.advance(6 * 60_000);
    await expect(client().send(SEND)).rejects.toMatchObject({ statusCode: 401 });
  });
});

describe("repeatability", () => {
  it("returns the first result to a repeated request and sends no second text", async () => {
    const repeating = client({ additionalPolicies: [withRecipient({ repeatabilityRequestId: GUID })] });
    const first = await repeating.send(SEND);
    const second = await repeating.send(SEND);
    expect(second).toEqual(first);
    expect(texts()).toHaveLength(1);
  });

  it("survives a restart", async () => {
    const policies = { additionalPolicies: [withRecipient({ repeatabilityRequestId: GUID })] };
    const first = await client(policies).send(SEND);
    await network.stop();
    await network.start(0);
    expect(await client(policies).send(SEND)).toEqual(first);
    expect(texts()).toHaveLength(1);
  });

  it("rejects an id that was used for another text", async () => {
    const repeating = client({ additionalPolicies: [withRecipient({ repeatabilityRequestId: GUID })] });
    await repeating.send(SEND);
    expect(await repeating.send({ ...SEND, message: "Something else." })).toMatchObject([
      { successful: false, httpStatusCode: 400, repeatabilityResult: "rejected" },
    ]);
    expect(texts()).toEqual(["It is on its way."]);
  });

  it.each([
    ["an id that is not a GUID", { repeatabilityRequestId: "one" }],
    ["a date without an id", { repeatabilityRequestId: undefined }],
    ["an ISO date", { repeatabilityFirstSent: "2026-06-01T12:00:00Z" }],
    ["an invalid date", { repeatabilityFirstSent: "Invalid Date" }],
    ["an id without a date", { repeatabilityFirstSent: undefined }],
  ])("rejects a recipient with %s", async (_name, change) => {
    const results = await client({ additionalPolicies: [withRecipient(change)] }).send(SEND);
    expect(results).toMatchObject([{ successful: false, httpStatusCode: 400, repeatabilityResult: "rejected" }]);
    expect(texts()).toEqual([]);
  });

  it("is optional", async () => {
    const without = withRecipient({ repeatabilityRequestId: undefined, repeatabilityFirstSent: undefined });
    const [result] = await client({ additionalPolicies: [without] }).send(SEND);
    expect(result?.successful).toBe(true);
    expect(result).not.toHaveProperty("repeatabilityResult");
  });
});

describe("a fault on a send request", () => {
  it.each([400, 401, 429, 500, 503] as const)("fails it with %i", async (status) => {
    network.addFault({ on: "send", effect: "status", status });
    await expect(client().send(SEND)).rejects.toMatchObject({ statusCode: status });
    await client().send(SEND);
    expect(texts()).toHaveLength(1);
  });

  it("throttles with Retry-After, which the client respects", async () => {
    network.addFault({ on: "send", effect: "status", status: 429, retryAfterSeconds: 0, times: 2 });
    await client({ retryOptions: { maxRetries: 2 } }).send(SEND);
    expect(texts()).toHaveLength(1);
    expect(network.faults()).toEqual([]);
  });

  it("processes it and drops the connection", async () => {
    network.addFault({ on: "send", effect: "drop-connection" });
    await expect(client().send(SEND)).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(texts()).toHaveLength(1);
  });

  it("causes no second text when the client retries after a lost response", async () => {
    network.addFault({ on: "send", effect: "drop-connection" });
    const retrying = client({ retryOptions: { maxRetries: 3, retryDelayInMs: 1 } });
    expect(await retrying.send(SEND)).toMatchObject([{ successful: true }]);
    expect(texts()).toHaveLength(1);
  });

  it("leaves it without a response", async () => {
    network.addFault({ on: "send", effect: "no-response" });
    const abortSignal = AbortSignal.timeout(200);
    await expect(client().send(SEND, { abortSignal })).rejects.toMatchObject({ name: "AbortError" });
    expect(network.faults()).toEqual([]);
    expect(texts()).toEqual([]);
  });

  it("delays it", async () => {
    network.addFault({ on: "send", effect: "delay", delayMs: 60_000 });
    const sending = client().send(SEND);
    await vi.waitFor(() => expect(network.faults()).toEqual([]));
    expect(texts()).toEqual([]);
    clock.advance(60_000);
    await sending;
    expect(texts()).toHaveLength(1);
  });

  it("processes it after a delay although the client has disconnected", async () => {
    network.addFault({ on: "send", effect: "delay", delayMs: 60_000 });
    await expect(client().send(SEND, { abortSignal: AbortSignal.timeout(200) })).rejects.toThrow();
    clock.advance(60_000);
    await vi.waitFor(() => expect(texts()).toHaveLength(1));
    await client().send(SEND);
  });

  it("refuses one recipient of several, which can be retried", async () => {
    network.addFault({
      on: "send",
      effect: "refuse-recipient",
      httpStatusCode: 503,
      errorMessage: "ServiceUnavailable",
      match: CUSTOMER,
    });
    const repeating = client({ additionalPolicies: [withRecipient({ repeatabilityRequestId: GUID })] });
    const request = { ...SEND, to: [CUSTOMER, "+15551230002"] };
    expect(await repeating.send(request)).toMatchObject([
      { successful: false, httpStatusCode: 503, errorMessage: "ServiceUnavailable" },
      { successful: true },
    ]);
    expect(await repeating.send(SEND)).toMatchObject([{ successful: true }]);
  });
});

describe("delivery reports", () => {
  const send = async (to = CUSTOMER) => {
    const [result] = await client().send({ ...SEND, to: [to] }, { enableDeliveryReport: true, tag: "conversation 7" });
    return result?.messageId;
  };
  const reports = (count: number) =>
    vi.waitFor(() => {
      const isReport = ({ eventType }: EventGridEvent) => eventType.endsWith("SMSDeliveryReportReceived");
      const reported = events.published.filter(isReport).map(({ data }) => data);
      expect(reported).toHaveLength(count);
      return reported;
    });

  it("say in the documented form that a text was delivered", async () => {
    const messageId = await send();
    await reports(1);
    expect(events.published).toEqual([
      {
        id: messageId,
        topic: expect.stringContaining("/providers/Microsoft.Communication/CommunicationServices/"),
        subject: "/phonenumber/18005550100",
        data: {
          messageId,
          from: "18005550100",
          to: "+15551230001",
          deliveryStatus: "Delivered",
          deliveryStatusDetails: "No error.",
          receivedTimestamp: expect.stringMatching(/Z$/),
          deliveryAttempts: [{ timestamp: expect.stringMatching(/Z$/), segmentsSucceeded: 1, segmentsFailed: 0 }],
          Tag: "conversation 7",
        },
        eventType: "Microsoft.Communication.SMSDeliveryReportReceived",
        dataVersion: "1.0",
        metadataVersion: "1",
        eventTime: expect.stringMatching(/Z$/),
      },
    ]);
  });

  it("are sent only on request", async () => {
    await client().send(SEND, { enableDeliveryReport: false });
    const messageId = await send();
    expect(await reports(1)).toMatchObject([{ messageId }]);
  });

  it("have no tag when the text has none", async () => {
    await client().send(SEND, { enableDeliveryReport: true });
    const [report] = await reports(1);
    expect(report).not.toHaveProperty("Tag");
  });

  it("say that a text failed with the code of a fault, and it reaches no handset", async () => {
    network.addFault({ on: "report", effect: "fail", code: 4004 });
    await send();
    expect(await reports(1)).toMatchObject([
      {
        deliveryStatus: "Failed",
        deliveryStatusDetails: "4004: The To phone number does not exist.",
        deliveryAttempts: [{ segmentsSucceeded: 0, segmentsFailed: 1 }],
      },
    ]);
    expect(texts()).toEqual([]);
  });

  it("say that a text failed although it reached the handset", async () => {
    network.addFault({ on: "report", effect: "fail", code: 5002, reachesHandset: true });
    await send();
    expect(await reports(1)).toMatchObject([{ deliveryStatus: "Failed" }]);
    expect(texts()).toHaveLength(1);
  });

  it("can be lost", async () => {
    network.addFault({ on: "report", effect: "lose" });
    await send();
    const messageId = await send("+15551230002");
    expect(await reports(1)).toMatchObject([{ messageId }]);
    clock.advance(60_000);
    expect(network.isIdle()).toBe(true);
    expect(texts()).toHaveLength(1);
  });

  it("can be late", async () => {
    network.addFault({ on: "report", effect: "delay", delayMs: 60_000 });
    const late = await send();
    const early = await send("+15551230002");
    await reports(1);
    clock.advance(60_050);
    expect(await reports(2)).toMatchObject([{ messageId: early }, { messageId: late }]);
  });

  it("can be repeated", async () => {
    network.addFault({ on: "report", effect: "duplicate" });
    await send();
    const [first, second] = await reports(2);
    expect(second).toEqual(first);
  });

  it("can be followed by a contradiction", async () => {
    network.addFault({ on: "report", effect: "regress" });
    const messageId = await send();
    expect(await reports(2)).toMatchObject([
      { messageId, deliveryStatus: "Delivered" },
      { messageId, deliveryStatus: "Failed" },
    ]);
  });

  it("have the code 4007 for a customer who opted out: the text is accepted but reaches no handset", async () => {
    network.text({ from: CUSTOMER, to: COMPANY, text: "Stop", messageId: randomUUID() });
    await send();
    expect(await reports(1)).toMatchObject([
      { deliveryStatus: "Failed", deliveryStatusDetails: "4007: Sender blocked for given recipient." },
    ]);
    expect(network.handset(CUSTOMER).filter(({ origin }) => origin === "sender")).toEqual([]);
  });
});
