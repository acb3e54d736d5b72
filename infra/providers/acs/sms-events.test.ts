import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseReceivedEvent, parseReportEvent } from "./sms-events.ts";

// The documented examples, verbatim.
// Source: "Azure Communication Services - SMS events", Azure Event Grid; the casing of the data has changed over time.
const RECEIVED = {
  id: "Incoming_20200918002745d29ebbea-3341-4466-9690-0a03af35228e",
  topic:
    "/subscriptions/50ad1522-5c2c-4d9a-a6c8-67c11ecb75b8/resourcegroups/acse2e/providers/microsoft.communication/communicationservices/{communication-services-resource-name}",
  subject: "/phonenumber/15555555555",
  data: {
    messageId: "Incoming_20200918002745d29ebbea-3341-4466-9690-0a03af35228e",
    from: "15555555555",
    to: "15555555555",
    message: "Great to connect with Azure Communication Services events",
    receivedTimestamp: "2020-09-18T00:27:45.32Z",
    segmentCount: 1,
  },
  eventType: "Microsoft.Communication.SMSReceived",
  dataVersion: "1.0",
  metadataVersion: "1",
  eventTime: "2020-09-18T00:27:47Z",
};
const REPORT = {
  id: "Outgoing_202009180022138813a09b-0cbf-4304-9b03-1546683bb910",
  topic: RECEIVED.topic,
  subject: "/phonenumber/15555555555",
  data: {
    messageId: "Outgoing_202009180022138813a09b-0cbf-4304-9b03-1546683bb910",
    from: "15555555555",
    to: "+15555555555",
    deliveryStatus: "Delivered",
    deliveryStatusDetails: "No error.",
    receivedTimestamp: "2020-09-18T00:22:20.2855749Z",
    deliveryAttempts: [{ timestamp: "2020-09-18T00:22:14.9315918Z", segmentsSucceeded: 1, segmentsFailed: 0 }],
    Tag: "some-tag",
  },
  eventType: "Microsoft.Communication.SMSDeliveryReportReceived",
  dataVersion: "1.0",
  metadataVersion: "1",
  eventTime: "2020-09-18T00:22:20Z",
};

interface Event {
  readonly id: string;
  readonly topic: string;
  readonly subject: string;
  readonly eventType: string;
  readonly eventTime: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The documented forms of one event. */
const formsOf = (event: Event): readonly (readonly [string, unknown])[] => {
  const { id, topic, subject, eventType, eventTime, data } = event;
  const pascal = { ...event, data: inPascalCase(data) };
  const cloud = { id, source: topic, subject, type: eventType, time: eventTime, specversion: "1.0", data };
  return [
    ["in the Event Grid schema", event],
    ["in the Event Grid schema, with capitals", pascal],
    ["as a CloudEvent", cloud],
    ["as a CloudEvent, with capitals", { ...cloud, data: pascal.data }],
  ];
};

const inPascalCase = (data: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(data).map(([key, value]) => [key.charAt(0).toUpperCase() + key.slice(1), value]));

const received = (data: object) => parseReceivedEvent({ ...RECEIVED, data: { ...RECEIVED.data, ...data } });
const report = (data: object) => parseReportEvent({ ...REPORT, data: { ...REPORT.data, ...data } });
const failedReport = (deliveryStatusDetails: string) => report({ deliveryStatus: "Failed", deliveryStatusDetails });

describe("an event of a received text", () => {
  it.each(formsOf(RECEIVED))("is read %s", (_, event) => {
    expect(parseReceivedEvent(event)).toEqual({
      kind: "parsed",
      value: {
        provider: "acs",
        providerMessageId: "Incoming_20200918002745d29ebbea-3341-4466-9690-0a03af35228e",
        from: "+15555555555",
        to: "+15555555555",
        text: "Great to connect with Azure Communication Services events",
        receivedAt: "2020-09-18T00:27:45.320Z",
      },
    });
  });

  it("has an empty text when the text is missing or null, since the service need not send it", () => {
    for (const message of [undefined, null, ""]) expect(received({ message })).toMatchObject({ value: { text: "" } });
  });

  it.each(["12345", "CONTOSO", "Booking.com", "1-800-GIFTS", "McDonald's", "Société"])("may come from %s", (from) => {
    expect(received({ from })).toMatchObject({ value: { from } });
  });

  it("keeps a long text complete, with every character", () => {
    const message = `${"x".repeat(5000)} ¿qué? 日本 😀 \u0000`;
    expect(received({ message })).toMatchObject({ value: { text: message } });
  });

  it("converts a time with an offset to UTC", () => {
    expect(received({ receivedTimestamp: "2020-09-18T02:27:45.3212345+02:00" })).toMatchObject({
      value: { receivedAt: "2020-09-18T00:27:45.321Z" },
    });
  });

  it.each([
    "2020-09-18T00:27:45.32",
    "2020-09-18T00:27:45.3200000",
    "2020-09-18T00:27:45,32",
    "2020-09-18 00:27:45.32",
  ])("takes a time without a zone as UTC, and marks it: %s", (receivedTimestamp) => {
    expect(received({ receivedTimestamp })).toMatchObject({
      value: { receivedAt: "2020-09-18T00:27:45.320Z", timeAssumesUtc: true },
    });
  });

  it.each([
    "2020-09-18T00:27:45.32Z",
    "2020-09-18t00:27:45.32z",
    "2020-09-18T02:27:45.32+0200",
    "2020-09-18 02:27:45.32 +02",
  ])("does not mark a time with a zone: %s", (receivedTimestamp) => {
    const parsed = received({ receivedTimestamp });
    expect(parsed).toMatchObject({ value: { receivedAt: "2020-09-18T00:27:45.320Z" } });
    expect(parsed).not.toHaveProperty("value.timeAssumesUtc");
  });

  it.each([
    ["messageId", ""],
    ["messageId", undefined],
    ["from", "no such address at all"],
    ["to", null],
    ["receivedTimestamp", "yesterday"],
    // In UTC, these two are outside the years with four digits.
    ["receivedTimestamp", "9999-12-31T23:59:59-01:00"],
    ["receivedTimestamp", "0000-01-01T00:00:00+01:00"],
    ["message", { text: "hello" }],
  ])("is unreadable with a %s of %j, and the reason names the member without its value", (field, value) => {
    expect(received({ [field]: value })).toEqual({ kind: "unreadable", reason: `missing or wrong: data.${field}` });
  });

  it("is unreadable when its type is another", () => {
    expect(parseReceivedEvent(REPORT)).toMatchObject({
      kind: "unreadable",
      reason: expect.stringContaining("eventType"),
    });
  });
});

describe("an event of a delivery report", () => {
  it.each(formsOf(REPORT))("is read %s", (_, event) => {
    expect(parseReportEvent(event)).toEqual({
      kind: "parsed",
      value: {
        provider: "acs",
        providerMessageId: "Outgoing_202009180022138813a09b-0cbf-4304-9b03-1546683bb910",
        outcome: "delivered",
        reportedAt: "2020-09-18T00:22:20.285Z",
        tag: "some-tag",
      },
    });
  });

  it.each([
    ["4004: The To phone number does not exist.", { outcome: "failed", code: "4004", failure: "number-not-in-use" }],
    ["Error 4006", { outcome: "failed", code: "4006", failure: "handset-unreachable" }],
    ["Something else.", { outcome: "failed", failure: "unknown" }],
    // The wording of older reports, without a code.
    ["Sender blocked for given recipient.", { outcome: "failed", failure: "recipient-opted-out" }],
    ["4007: Sender blocked for given recipient.", { outcome: "failed", code: "4007", failure: "recipient-opted-out" }],
    ["4007", { outcome: "failed", code: "4007", failure: "recipient-opted-out" }],
    // The carrier gives no reports: nothing has failed.
    ["5002: The carrier does not support delivery reports.", { outcome: "sent", code: "5002" }],
  ])("translates the failure %j", (details, expected) => {
    const {
      provider: _p,
      providerMessageId: _id,
      reportedAt: _at,
      tag: _t,
      ...outcome
    } = reportOf(failedReport(details));
    expect(outcome).toEqual(expected);
  });

  it("means `sent` without a status", () => {
    expect(report({ deliveryStatus: undefined })).toMatchObject({ value: { outcome: "sent" } });
  });

  it("is no opt-out when the text was delivered", () => {
    expect(report({ deliveryStatusDetails: "4007" })).toMatchObject({
      value: { outcome: "delivered" },
    });
  });

  it("is read without a tag or details", () => {
    for (const missing of [undefined, null]) {
      const value = reportOf(report({ Tag: missing, deliveryStatusDetails: missing }));
      expect(value).not.toHaveProperty("tag");
      expect(value).toMatchObject({ outcome: "delivered" });
    }
  });

  it.each([
    ["messageId", 42],
    ["receivedTimestamp", undefined],
    ["deliveryStatus", { status: "Delivered" }],
  ])("is unreadable with a %s of %j, and the reason names the member", (field, value) => {
    expect(report({ [field]: value })).toEqual({ kind: "unreadable", reason: `missing or wrong: data.${field}` });
  });
});

const reportOf = (parsed: ReturnType<typeof parseReportEvent>) => {
  if (parsed.kind !== "parsed") throw new Error(parsed.reason);
  return parsed.value;
};

describe("any JSON", () => {
  /** JSON that resembles an event in parts, so that the nested schemas are reached. */
  const similarTo = (event: Event) => {
    const { data, ...head } = event;
    const damaged = (record: Readonly<Record<string, unknown>>) =>
      fc.record(
        Object.fromEntries(
          Object.entries(record).map(([key, value]) => [
            key,
            fc.oneof({ arbitrary: fc.constant(value), weight: 6 }, fc.jsonValue(), fc.string()),
          ]),
        ),
        { requiredKeys: [] },
      );
    return fc
      .tuple(damaged(head), fc.oneof({ arbitrary: damaged(data), weight: 6 }, fc.jsonValue()))
      .map(([outer, inner]) => ({ ...outer, data: inner }));
  };

  it.each([
    ["a received text", RECEIVED, parseReceivedEvent],
    ["a delivery report", REPORT, parseReportEvent],
  ] as const)("is read as %s, or is unreadable, and never throws", (_, event, parse) => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), similarTo(event)), (value) => {
        const parsed = parse(value);
        expect(["parsed", "unreadable"]).toContain(parsed.kind);
        if (parsed.kind === "unreadable") expect(parsed.reason).toMatch(/^missing or wrong: [\w., ]+$/);
      }),
      { numRuns: 500 },
    );
  });
});
