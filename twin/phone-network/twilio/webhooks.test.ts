import { describe, expect, it, vi } from "vitest";
import { REPORT_DELAY_MS } from "../testing/network.ts";
import { twilioSignature } from "./signature.ts";
import { COMPANY, CUSTOMER, startTwilio } from "./testing.ts";

type Twilio = Awaited<ReturnType<typeof startTwilio>>;

const text = ({ network }: Twilio, words = "Where is my order?") =>
  network.text({ from: CUSTOMER, to: COMPANY, text: words }).messageId;

/** The token that signed each callback over the URL as configured and all fields. */
const signers = ({ account, receiver }: Twilio) =>
  receiver.callbacks.map(({ url, headers }, index) => {
    const { authToken, secondaryAuthToken } = account;
    const isBy = (token: string) =>
      headers["x-twilio-signature"] === twilioSignature(token, url, receiver.forms()[index] ?? {});
    if (isBy(authToken)) return "primary";
    return isBy(secondaryAuthToken) ? "secondary" : "neither";
  });

const statuses = ({ receiver }: Twilio) => receiver.forms().map(({ MessageStatus }) => MessageStatus);

describe("a customer's text", () => {
  it("is posted to the number's URL as a signed form, with undocumented fields", async () => {
    const twilio = await startTwilio();
    const messageId = text(twilio, "¿Dónde está? 😀");
    await twilio.called(1);
    expect(twilio.receiver.callbacks).toMatchObject([
      {
        url: `${twilio.app}/api/twilio/sms?code=key`,
        headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
      },
    ]);
    expect(twilio.receiver.forms()).toEqual([
      {
        MessageSid: messageId,
        SmsSid: messageId,
        SmsMessageSid: messageId,
        AccountSid: twilio.account.accountSid,
        From: CUSTOMER,
        To: COMPANY,
        Body: "¿Dónde está? 😀",
        NumMedia: "0",
        NumSegments: "1",
        SmsStatus: "received",
        ApiVersion: "2010-04-01",
        FromCountry: "US",
        ToCountry: "US",
        TwinRoute: "twin route/1",
        TwinNote: "",
      },
    ]);
    expect(signers(twilio)).toEqual(["primary"]);
  });

  it("can have media", async () => {
    const twilio = await startTwilio();
    const media = [
      { url: "https://media.example/1.jpg", contentType: "image/jpeg" },
      { url: "https://media.example/2.pdf", contentType: "application/pdf" },
    ];
    const { messageId } = twilio.network.text({ from: CUSTOMER, to: COMPANY, text: "Look", media });
    await twilio.called(1);
    expect(messageId).toMatch(/^MM[0-9a-f]{32}$/);
    expect(twilio.receiver.forms()).toMatchObject([
      {
        NumMedia: "2",
        MediaUrl0: "https://media.example/1.jpg",
        MediaContentType0: "image/jpeg",
        MediaUrl1: "https://media.example/2.pdf",
        MediaContentType1: "application/pdf",
      },
    ]);
  });

  it("can have media without words", async () => {
    const twilio = await startTwilio();
    const media = [{ url: "https://media.example/1.jpg", contentType: "image/jpeg" }];
    twilio.network.text({ from: CUSTOMER, to: COMPANY, text: "", media });
    await twilio.called(1);
    expect(twilio.receiver.forms()).toMatchObject([{ Body: "", NumMedia: "1" }]);
    expect(() => twilio.network.text({ from: CUSTOMER, to: COMPANY, text: "" })).toThrow("must have words or media");
  });

  it("can only be listed when its number has no URL", async () => {
    const twilio = await startTwilio({ numbers: [{ number: COMPANY, provider: "twilio", type: "long-code" }] });
    const messageId = text(twilio);
    expect((await twilio.call("/Messages.json")).body.messages).toMatchObject([{ sid: messageId }]);
    expect(twilio.network.isIdle()).toBe(true);
    expect(twilio.network.webhookCalls()).toEqual([]);
  });

  it("can repeat an id in Twilio's format only", async () => {
    const { network } = await startTwilio();
    const messageId = `SM${"0".repeat(32)}`;
    expect(network.text({ from: CUSTOMER, to: COMPANY, text: "Hi", messageId })).toMatchObject({ messageId });
    expect(() => network.text({ from: CUSTOMER, to: COMPANY, text: "Hi", messageId: "first" })).toThrow("SM or MM");
  });
});

describe("the response to a customer's text", () => {
  it.each([{ status: 200, type: "text/xml", body: "<Response/>" }, { status: 200, type: "text/plain", body: "" }, 204])(
    "%j sends nothing",
    async (response) => {
      const twilio = await startTwilio();
      twilio.receiver.respondNext(response);
      text(twilio);
      expect(await twilio.called(1)).toMatchObject([{ provider: "twilio", about: "text", outcome: "accepted" }]);
      expect(twilio.network.handset(CUSTOMER)).toEqual([]);
    },
  );

  it.each([
    ["text/xml; charset=utf-8", "<Response><Message>Thanks &amp; bye</Message></Response>", ["Thanks & bye"]],
    ["text/xml", "<Response><Message><Body>One</Body></Message><Message>Two</Message></Response>", ["One", "Two"]],
    ["text/plain", "OK", ["OK"]],
  ])("in %s sends %s to the customer", async (type, body, replies) => {
    const twilio = await startTwilio();
    twilio.receiver.respondNext({ status: 200, type, body });
    text(twilio);
    expect(await twilio.called(1)).toMatchObject([{ responseBody: body }]);
    expect(twilio.network.handset(CUSTOMER)).toMatchObject(
      replies.map((reply) => ({ from: COMPANY, text: reply, origin: "sender" })),
    );
    expect((await twilio.call("/Messages.json")).body.messages[0]).toMatchObject({ direction: "outbound-reply" });
  });
});

describe("an attempt that fails", () => {
  const withFragment = (fragment: string) => async () => {
    const twilio = await startTwilio();
    const smsUrl = `${twilio.app}/sms${fragment}`;
    twilio.network.setNumber({ number: COMPANY, provider: "twilio", type: "long-code", smsUrl });
    return twilio;
  };

  it("is not retried after a 5xx by default", async () => {
    const twilio = await withFragment("")();
    twilio.receiver.respondNext(503);
    const messageId = text(twilio);
    expect(await twilio.called(1)).toMatchObject([{ messageId, attempt: 1, outcome: "refused", status: 503 }]);
    expect(twilio.network.isIdle()).toBe(true);
    expect(twilio.lines).toEqual([`twilio text ${messageId} not accepted, attempt 1: 503; given up`]);
  });

  it("is retried once when the connection is refused", async () => {
    const twilio = await withFragment("")();
    await twilio.receiver.stop();
    text(twilio);
    expect(await twilio.called(2)).toMatchObject([
      { attempt: 1, outcome: "ConnectError" },
      { attempt: 2, outcome: "ConnectError" },
    ]);
    expect(twilio.network.isIdle()).toBe(true);
  });

  it("is retried with the same id by the URL's fragment, which is neither sent nor signed", async () => {
    const twilio = await withFragment("#rc=3&rp=all")();
    twilio.receiver.respondNext(500, 404, "hang-up");
    const messageId = text(twilio);
    expect(await twilio.called(4)).toMatchObject([
      { attempt: 1, status: 500 },
      { attempt: 2, status: 404 },
      { attempt: 3, outcome: "SocketError" },
      { attempt: 4, outcome: "accepted" },
    ]);
    expect(twilio.receiver.forms().map(({ MessageSid }) => MessageSid)).toEqual(Array(4).fill(messageId));
    expect(twilio.receiver.callbacks.map(({ url }) => url)).toEqual(Array(4).fill(`${twilio.app}/sms`));
    expect(signers(twilio)).toEqual(Array(4).fill("primary"));
  });

  it("is retried only after the failures that the fragment names", async () => {
    const twilio = await withFragment("#rc=5&rp=5xx,ct")();
    twilio.receiver.respondNext(500, 400);
    text(twilio);
    expect(await twilio.called(2)).toMatchObject([{ status: 500 }, { status: 400 }]);
    expect(twilio.network.isIdle()).toBe(true);
  });

  it("is the last one after 15 seconds of the clock", async () => {
    const twilio = await withFragment("#rc=5&rp=all")();
    twilio.receiver.respondNext("never");
    text(twilio);
    await vi.waitFor(() => expect(twilio.receiver.callbacks).toHaveLength(1));
    twilio.clock.advance(15_000);
    expect(await twilio.called(1)).toMatchObject([{ outcome: "TimedOut", error: "no response within 15 seconds" }]);
    expect(twilio.network.isIdle()).toBe(true);
  });

  it("leaves the rest of the total time to the next one", async () => {
    const twilio = await withFragment("#rc=1&rp=rt&rt=10000")();
    twilio.receiver.respondNext("never", "never");
    text(twilio);
    await vi.waitFor(() => expect(twilio.receiver.callbacks).toHaveLength(1));
    twilio.clock.advance(10_000);
    await vi.waitFor(() => expect(twilio.receiver.callbacks).toHaveLength(2));
    twilio.clock.advance(5_000);
    expect(await twilio.called(2)).toMatchObject([{ outcome: "TimedOut" }, { outcome: "TimedOut" }]);
  });

  it.each(["#rc=6", "#rp=sometimes", "#tt=60000", "#colour=red"])("cannot have the override %s", async (fragment) => {
    await expect(withFragment(fragment)()).rejects.toThrow("connection override");
  });
});

it("counts a call that a stop aborts as failed, and makes later calls after the next start", async () => {
  const twilio = await startTwilio();
  twilio.receiver.respondNext("never");
  text(twilio);
  await vi.waitFor(() => expect(twilio.receiver.callbacks).toHaveLength(1));
  twilio.network.addFault({ on: "event", effect: "delay", delayMs: 60_000 });
  const later = text(twilio);
  await twilio.network.stop();
  expect(twilio.network.webhookCalls()).toMatchObject([{ outcome: "Aborted" }]);
  await twilio.network.start(0);
  twilio.clock.advance(60_000);
  expect(await twilio.called(2)).toMatchObject([{}, { messageId: later, outcome: "accepted" }]);
});

describe("status callbacks", () => {
  const send = (twilio: Twilio) => twilio.send({ StatusCallback: `${twilio.app}/api/twilio/status?code=key#rc=2` });

  it("report sent and delivered in signed forms", async () => {
    const twilio = await startTwilio();
    const { sid } = (await send(twilio)).body;
    await twilio.letPass(1);
    const common = {
      MessageSid: sid,
      SmsSid: sid,
      To: CUSTOMER,
      From: COMPANY,
      AccountSid: twilio.account.accountSid,
      ApiVersion: "2010-04-01",
    };
    expect(twilio.receiver.forms()).toEqual([
      { ...common, MessageStatus: "sent", SmsStatus: "sent" },
      { ...common, MessageStatus: "delivered", SmsStatus: "delivered" },
    ]);
    expect(twilio.receiver.callbacks[0]?.url).toBe(`${twilio.app}/api/twilio/status?code=key`);
    expect(signers(twilio)).toEqual(["primary", "primary"]);
  });

  it("are not made without a StatusCallback", async () => {
    const { network, letPass, send: sendPlain } = await startTwilio();
    await sendPlain();
    await letPass(1);
    expect(network.webhookCalls()).toEqual([]);
  });

  it.each([
    [30003, ["sent", "undelivered"]],
    [30001, ["failed"]],
  ])("report a failure with the code %d", async (code, expected) => {
    const twilio = await startTwilio();
    twilio.network.addFault({ on: "report", effect: "fail", code });
    await send(twilio);
    await twilio.letPass(2);
    expect(statuses(twilio)).toEqual(expected);
    expect(twilio.receiver.forms().at(-1)).toMatchObject({ ErrorCode: String(code) });
  });

  it.each([
    ["duplicate", ["sent", "delivered", "delivered"]],
    ["regress", ["sent", "delivered", "undelivered"]],
    ["overtake", ["delivered", "sent"]],
  ] as const)("under the fault %s are %j", async (effect, expected) => {
    const twilio = await startTwilio();
    twilio.network.addFault({ on: "report", effect });
    await send(twilio);
    await twilio.letPass(2);
    expect(statuses(twilio)).toEqual(expected);
  });

  it("can be lost, while the message resource is right", async () => {
    const twilio = await startTwilio();
    twilio.network.addFault({ on: "report", effect: "lose" });
    const { sid } = (await send(twilio)).body;
    await twilio.letPass(2);
    expect(statuses(twilio)).toEqual(["sent"]);
    expect(await twilio.call(`/Messages/${sid}.json`)).toMatchObject({ body: { status: "delivered" } });
  });

  it("can be late", async () => {
    const twilio = await startTwilio();
    twilio.network.addFault({ on: "report", effect: "delay", delayMs: REPORT_DELAY_MS });
    await send(twilio);
    await twilio.letPass(1);
    expect(statuses(twilio)).toEqual(["sent"]);
    await twilio.letPass(1);
    expect(statuses(twilio)).toEqual(["sent", "delivered"]);
  });
});

describe("the fault", () => {
  it.each([
    ["other-token", "secondary"],
    ["forge", "neither"],
    ["tamper", "neither"],
  ] as const)("%s makes a call signed by %s", async (effect, signer) => {
    const twilio = await startTwilio();
    twilio.network.addFault({ on: "event", effect });
    text(twilio);
    await twilio.called(1);
    text(twilio);
    await twilio.called(2);
    expect(signers(twilio)).toEqual([signer, "primary"]);
    expect(twilio.receiver.forms()[0]?.Body).toBe(`Where is my order?${effect === "tamper" ? "!" : ""}`);
  });

  it("replay repeats a call later with the same bytes", async () => {
    const twilio = await startTwilio();
    twilio.network.addFault({ on: "event", effect: "replay", delayMs: 3_600_000 });
    text(twilio);
    await twilio.called(1);
    twilio.clock.advance(3_600_000);
    await twilio.called(2);
    const [first, second] = twilio.receiver.callbacks;
    expect(second).toEqual(first);
    expect(signers(twilio)).toEqual(["primary", "primary"]);
  });

  it("deliver-twice makes a call twice", async () => {
    const twilio = await startTwilio();
    twilio.network.addFault({ on: "event", effect: "deliver-twice" });
    const messageId = text(twilio);
    expect(await twilio.called(2)).toMatchObject([{ messageId }, { messageId }]);
  });

  it("hold makes a call after the next one, or when the faults are cleared", async () => {
    const twilio = await startTwilio();
    twilio.network.addFault({ on: "event", effect: "hold", times: 2 });
    const held = [text(twilio), text(twilio)];
    expect(twilio.network.isIdle()).toBe(true);
    const next = text(twilio);
    const [first, ...others] = (await twilio.called(3)).map(({ messageId }) => messageId);
    expect(first).toBe(next);
    expect(others.sort()).toEqual(held.sort());
    twilio.network.addFault({ on: "event", effect: "hold" });
    const last = text(twilio);
    twilio.network.clearFaults();
    expect((await twilio.called(4)).at(-1)).toMatchObject({ messageId: last });
  });

  it("delay makes a call later", async () => {
    const twilio = await startTwilio();
    twilio.network.addFault({ on: "event", effect: "delay", delayMs: 60_000 });
    text(twilio);
    expect(twilio.network.isIdle()).toBe(true);
    twilio.clock.advance(60_000);
    expect(await twilio.called(1)).toHaveLength(1);
  });
});

it("logs ids only, no number and no text", async () => {
  const twilio = await startTwilio();
  twilio.receiver.respondNext(500);
  text(twilio, "My secret");
  await twilio.called(1);
  expect(twilio.lines.join()).not.toMatch(/secret|4255550123|2065550100/);
});
