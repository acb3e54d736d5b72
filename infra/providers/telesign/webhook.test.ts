import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { instantSchema } from "../../../shared/kernel/instant.ts";
import { parseReceivedEvent, parseReportEvent } from "./sms-events.ts";
import { telesignWebhook } from "./webhook.ts";

// The documented key, customer and callback. Source: TeleSign, authenticate callbacks.
const API_KEY = "ABC12345yusumoN6BYsBVkh+yRJ5czgsnCehZaOYldPJdmFh6NeX8kunZ2zU1YWaUw/0wV6xfw==";
const CUSTOMER_ID = "FFFFFFFF-EEEE-DDDD-1234-AB1234567890";
const SIGNATURE = "jt8tJxHQGo0otjhtIDvTNZxGDWWvCurEHMWB6he0uNg=";
const TEXT = {
  reference_id: "0123456789ABCDEF0123456789ABCDEF",
  sub_resource: "mo_sms",
  submit_timestamp: "2023-10-31T14:47:10.154000Z",
  status: { updated_on: "2023-10-31T14:47:10.490130Z", code: 1500, description: "Delivered to customer" },
  errors: {},
  user_response: {
    sender_id: "4442",
    iso_country_code: "US",
    action: "start",
    keyword: "start",
    phone_number: "11234567890",
    mo_message: "Start",
    price: "0.01",
  },
};
const REPORT = {
  reference_id: "0123456789ABCDEF0123456789ABCDEF",
  submit_timestamp: "2023-10-31T14:47:10.154000Z",
  status: { updated_on: "2023-10-31T14:47:10.490130Z", code: 200, description: "Delivered to handset" },
  external_id: "thread/out-1",
};

const account = { customerId: CUSTOMER_ID, apiKey: API_KEY, apiUrl: "https://api.example", webhookUrl: "https://ours" };
const webhook = telesignWebhook(account, () => instantSchema.parse("2023-10-31T14:47:11.000Z"));
const read = (body: string, headers: Record<string, string>) => webhook.read({ url: "https://ours", body, headers });
const sign = (body: string) => createHmac("sha256", Buffer.from(API_KEY, "base64")).update(body).digest("base64");
const signed = (callback: unknown) => {
  const body = typeof callback === "string" ? callback : JSON.stringify(callback);
  const reading = read(body, { "x-ts-authorization": sign(body) });
  if (reading.kind === "invalid-signature") throw new Error("the signature is invalid");
  return reading;
};

describe("a callback", () => {
  const body = JSON.stringify(TEXT);
  const full = `TSA ${CUSTOMER_ID}:${SIGNATURE}`;

  it.each([
    ["both headers", { authorization: full, "x-ts-authorization": full }],
    ["Authorization only", { authorization: full }],
    ["X-TS-Authorization only", { "x-ts-authorization": full }],
    ["the signature alone", { "x-ts-authorization": SIGNATURE }],
    ["a token of the platform in Authorization", { authorization: "Bearer x", "x-ts-authorization": full }],
  ])("is valid with %s", (_, headers) => {
    expect(read(body, headers as Record<string, string>)).toMatchObject({ kind: "valid", source: "sms-received" });
  });

  it.each([
    ["no header", {}],
    ["an empty header", { "x-ts-authorization": "" }],
    ["the id of another customer", { authorization: `TSA other:${SIGNATURE}` }],
    ["another signature", { authorization: `TSA ${CUSTOMER_ID}:${sign("{}")}` }],
  ])("is invalid with %s", (_, headers) => {
    expect(read(body, headers as Record<string, string>)).toEqual({ kind: "invalid-signature" });
  });

  it("is invalid when one character is added, even white space", () => {
    expect(read(`${body} `, { "x-ts-authorization": SIGNATURE })).toEqual({ kind: "invalid-signature" });
  });

  it.each(["not JSON", "", "[]", "null", "7"])("of %j becomes an event that cannot be parsed", (content) => {
    const { event } = signed(content);
    expect(event).toMatchObject({ id: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(parseReceivedEvent(event)).toMatchObject({ kind: "unreadable" });
  });
});

describe("a customer's text", () => {
  it("is parsed from the documented callback", () => {
    expect(parseReceivedEvent(signed(TEXT).event)).toEqual({
      kind: "parsed",
      value: {
        provider: "telesign",
        providerMessageId: TEXT.reference_id,
        from: "+11234567890",
        to: "4442",
        text: "Start",
        verdict: { keyword: "start", isAnswered: false },
        receivedAt: "2023-10-31T14:47:10.154Z",
      },
    });
  });

  it.each([
    ["stop", "stop"],
    ["HELP", "help"],
    ["generic", undefined],
    ["", undefined],
    [null, undefined],
  ])("has TeleSign's verdict %j, to which TeleSign has not replied: %s", (action, keyword) => {
    const user_response = { ...TEXT.user_response, action, mo_message: "contact" };
    const parsed = parseReceivedEvent(signed({ ...TEXT, user_response }).event);
    expect(parsed).toMatchObject({ value: { text: "contact" } });
    if (keyword) expect(parsed).toMatchObject({ value: { verdict: { keyword, isAnswered: false } } });
    else expect(parsed).not.toHaveProperty("value.verdict");
  });

  it("takes a time without a zone as UTC, and marks it", () => {
    const parsed = parseReceivedEvent(signed({ ...TEXT, submit_timestamp: "2023-10-31T14:47:10.154000" }).event);
    expect(parsed).toMatchObject({ value: { receivedAt: "2023-10-31T14:47:10.154Z", timeAssumesUtc: true } });
  });

  it.each(["mo_mms", "mo_rcs", "mo_email"])("of the kind %s becomes an event that cannot be parsed", (sub_resource) => {
    const { source, event } = signed({ ...TEXT, sub_resource });
    expect(source).toBe("sms-received");
    expect(parseReceivedEvent(event)).toEqual({
      kind: "unreadable",
      reason: "missing or wrong: callback.sub_resource",
    });
    expect(parseReportEvent(event)).toMatchObject({ kind: "unreadable" });
  });
});

describe("a report", () => {
  const report = (code: number) => parseReportEvent(signed({ ...REPORT, status: { ...REPORT.status, code } }).event);

  it("is parsed with its tag", () => {
    const { source, event } = signed(REPORT);
    expect(source).toBe("sms-delivery-report");
    expect(parseReportEvent(event)).toEqual({
      kind: "parsed",
      value: {
        provider: "telesign",
        providerMessageId: REPORT.reference_id,
        tag: "thread/out-1",
        outcome: "delivered",
        code: "200",
        reportedAt: "2023-10-31T14:47:10.490Z",
      },
    });
  });

  it("has one id for every status of a text", () => {
    const ids = [REPORT, REPORT, { ...REPORT, status: { ...REPORT.status, code: 203 } }].map(
      (report) => (signed(report).event as { id: string }).id,
    );
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  it.each([201, 203, 250, 251, 290, 292, 293, 295, 299])("with the status %i is not a failure", (code) => {
    expect(report(code)).toMatchObject({ value: { outcome: "sent", code: String(code) } });
  });

  it.each([
    [207, "unknown"],
    [210, "handset-unreachable"],
    [211, "number-not-in-use"],
    [229, "recipient-opted-out"],
    [237, "number-unsupported"],
    [503, "provider-unavailable"],
    [504, "blocked-by-carrier"],
    [507, "number-invalid"],
    [510, "recipient-opted-out"],
    [515, "blocked-by-carrier"],
    [521, "sender-not-allowed"],
    [598, "unknown"],
  ])("with the status %i is the failure %s", (code, failure) => {
    expect(report(code)).toMatchObject({ value: { outcome: "failed", failure, code: String(code) } });
  });

  it("may lack a tag", () => {
    const parsed = parseReportEvent(signed({ ...REPORT, external_id: null }).event);
    expect(parsed).toMatchObject({ kind: "parsed" });
    expect(parsed).not.toHaveProperty("value.tag");
  });
});
