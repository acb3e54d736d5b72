import { describe, expect, it } from "vitest";
import { parseReceivedEvent, parseReportEvent } from "./sms-events.ts";

const SID = `SM${"0".repeat(32)}`;
const received = (parameters: object) =>
  parseReceivedEvent({
    id: SID,
    receivedAt: "2026-03-02T10:30:00.000Z",
    parameters: { MessageSid: SID, From: "+14255550123", To: "+12065550100", Body: "Hi", ...parameters },
  });
const report = (parameters: object) =>
  parseReportEvent({
    id: SID,
    receivedAt: "2026-03-02T10:30:00.000Z",
    tag: "thread/out-1",
    parameters: { MessageSid: SID, MessageStatus: "delivered", ...parameters },
  });

describe("a customer's text", () => {
  it("is parsed, and unknown parameters are ignored", () => {
    expect(received({ SmsStatus: "received", Brand: "new", NumMedia: "0" })).toEqual({
      kind: "parsed",
      value: {
        provider: "twilio",
        providerMessageId: SID,
        from: "+14255550123",
        to: "+12065550100",
        text: "Hi",
        receivedAt: "2026-03-02T10:30:00.000Z",
      },
    });
  });

  it.each([
    ["STOP", "stop"],
    ["START", "start"],
    ["Help", "help"],
  ])("has Twilio's verdict %s, to which Twilio has replied", (OptOutType, keyword) => {
    const parsed = received({ Body: "PARAR", OptOutType });
    expect(parsed).toMatchObject({ value: { text: "PARAR", verdict: { keyword, isAnswered: true } } });
  });

  it.each(["", "PAUSE", undefined])("has no verdict when OptOutType is %j", (OptOutType) => {
    const parsed = received({ Body: "PARAR", OptOutType });
    expect(parsed.kind).toBe("parsed");
    expect(parsed).not.toHaveProperty("value.verdict");
  });

  it("keeps the links to its media in order, and leaves out what is not a link", () => {
    const media = {
      Body: "",
      NumMedia: "3",
      MediaUrl0: "https://media.example/1",
      MediaContentType0: "image/jpeg",
      MediaUrl1: "javascript:alert(1)",
      MediaContentType1: "text/html",
      MediaUrl2: "https://media.example/3",
      MediaContentType2: "application/pdf",
    };
    expect(received(media)).toMatchObject({
      value: {
        text: "",
        media: [
          { url: "https://media.example/1", contentType: "image/jpeg" },
          { url: "https://media.example/3", contentType: "application/pdf" },
        ],
      },
    });
  });

  it.each([
    ["From", "whatsapp:+14255550123"],
    ["From", "rcs:agent"],
    ["To", "messenger:1234567890"],
    ["MessageSid", undefined],
    ["MessageStatus", "delivered"],
  ])("is unreadable with a %s of %j, and the reason names the parameter without its value", (field, value) => {
    expect(received({ [field]: value })).toEqual({
      kind: "unreadable",
      reason: `missing or wrong: parameters.${field}`,
    });
  });

  it.each(["12345", "CONTOSO", "Booking.com", "1-800-GIFTS", "McDonald's", "Société"])("may come from %s", (from) => {
    expect(received({ From: from })).toMatchObject({ value: { from } });
  });
});

describe("a report", () => {
  it.each([
    ["accepted", "sent"],
    ["scheduled", "sent"],
    ["queued", "sent"],
    ["sending", "sent"],
    ["sent", "sent"],
    ["delivered", "delivered"],
    ["read", "delivered"],
    ["undelivered", "failed"],
    ["failed", "failed"],
    ["canceled", "failed"],
  ])("of %s means %s", (status, outcome) => {
    expect(report({ MessageStatus: status })).toMatchObject({ value: { outcome, tag: "thread/out-1" } });
  });

  it.each([
    ["21610", "recipient-opted-out"],
    ["30001", "too-many-texts"],
    ["30003", "handset-unreachable"],
    ["30004", "blocked-by-carrier"],
    ["30005", "number-not-in-use"],
    ["30006", "recipient-cannot-be-texted"],
    ["30007", "blocked-by-carrier"],
    ["30017", "provider-unavailable"],
    ["30022", "too-many-texts"],
    ["30023", "too-many-texts"],
    ["30024", "sender-not-allowed"],
    ["30027", "too-many-texts"],
    ["30033", "sender-not-allowed"],
    ["30034", "sender-not-allowed"],
    ["30035", "sender-not-allowed"],
    ["30036", "handset-unreachable"],
    ["30041", "sender-not-allowed"],
    ["30450", "text-rejected"],
    ["30454", "too-many-texts"],
    ["39999", "unknown"],
  ])("with the code %s is the failure %s, and keeps the code", (code, failure) => {
    const value = { outcome: "failed", failure, code };
    expect(report({ MessageStatus: "undelivered", ErrorCode: code })).toMatchObject({ value });
  });

  it("of a failure without a code has the failure `unknown`", () => {
    const parsed = report({ MessageStatus: "failed" });
    expect(parsed).toMatchObject({ value: { outcome: "failed", failure: "unknown" } });
    expect(parsed).not.toHaveProperty("value.code");
  });

  it.each(["partially_delivered", "received", "", undefined])("of %j is unreadable", (status) => {
    const reason = "missing or wrong: parameters.MessageStatus";
    expect(report({ MessageStatus: status })).toEqual({ kind: "unreadable", reason });
  });
});
