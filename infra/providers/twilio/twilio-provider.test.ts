import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { COMPANY, CUSTOMER, startTwilio, TOLL_FREE } from "azure-twin/phone-network/twilio/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { OutcomeUnknownError, TransientError } from "../../../shared/kernel/errors.ts";
import { type Instant, toInstant } from "../../../shared/kernel/instant.ts";
import { addressSchema } from "../../../shared/sms/address.ts";
import type { OutboundText } from "../../../shared/sms/provider.ts";
import type { TwilioAccount } from "./account.ts";
import { TwilioProvider } from "./twilio-provider.ts";

const attempted = (firstAt: Instant, lastAt = firstAt) => ({ previousAttempts: { firstAt, lastAt } });

const start = async () => {
  const twilio = await startTwilio();
  const { network, clock, app } = twilio;
  const { accountSid, authToken, apiKeySid, apiKeySecret } = twilio.account;
  const webhookUrl = `${app}/api/webhooks/twilio`;
  const now = () => toInstant(new Date(clock.now()));
  const account: TwilioAccount = { accountSid, authTokens: [authToken], apiUrl: network.url, webhookUrl };
  const apiKey = { sid: apiKeySid, secret: apiKeySecret };
  const make = (changes: Partial<TwilioAccount> = {}) => new TwilioProvider({ ...account, ...changes }, now);
  const textOf = (some: Partial<OutboundText> = {}): OutboundText => ({
    messageId: "out-1",
    from: addressSchema.parse(COMPANY),
    to: addressSchema.parse(CUSTOMER),
    text: "OK",
    firstSentAt: now(),
    tag: "thread/out 1&x",
    ...some,
  });
  const textsReceived = () => network.handset(CUSTOMER);
  return { ...twilio, account, webhookUrl, apiKey, now, make, provider: make(), textOf, textsReceived };
};

describe("retrying a message", () => {
  it("sends it again only after an accepted text must be listed", async () => {
    const { clock, now, make, provider, textOf, textsReceived } = await start();
    const attemptedAt = now(); // nothing was accepted: the process ended before the request
    await expect(provider.send(textOf(attempted(attemptedAt)))).rejects.toThrow(OutcomeUnknownError);
    clock.advance(20_000); // the clock also runs in real time, which is slow on a busy machine
    await expect(make().send(textOf(attempted(attemptedAt)))).rejects.toThrow(OutcomeUnknownError);
    expect(textsReceived()).toEqual([]);
    clock.advance(10_000);
    expect(await make().send(textOf(attempted(attemptedAt)))).toMatchObject({ kind: "accepted" });
    expect(textsReceived()).toHaveLength(1);
  });

  it("finds an accepted text at once", async () => {
    const { now, network, make, provider, textOf, textsReceived } = await start();
    const attemptedAt = now();
    network.addFault({ on: "send", effect: "drop-connection" });
    await expect(provider.send(textOf())).rejects.toThrow(OutcomeUnknownError);
    const found = { kind: "accepted", providerMessageId: textsReceived()[0]?.messageId };
    expect(await make().send(textOf(attempted(attemptedAt)))).toEqual(found);
    expect(textsReceived()).toHaveLength(1);
  });

  it("counts the wait from the last attempt, and searches from the first", async () => {
    const { clock, now, network, make, provider, textOf, textsReceived } = await start();
    const firstAt = now();
    network.addFault({ on: "send", effect: "drop-connection" });
    await expect(provider.send(textOf())).rejects.toThrow(OutcomeUnknownError);
    clock.advance(60_000);
    const lastAt = now();
    await expect(make().send(textOf({ text: "Other", ...attempted(firstAt, lastAt) }))).rejects.toThrow(
      "may not be listed yet",
    );
    expect(await make().send(textOf(attempted(firstAt, lastAt)))).toMatchObject({ kind: "accepted" });
    expect(textsReceived()).toHaveLength(1);
  });

  it.each(["  spaces around \n", "half a \ud83d pair"])(
    "finds %j, which the list may show in another form",
    async (text) => {
      const { clock, now, network, make, provider, textOf, textsReceived } = await start();
      const attemptedAt = now();
      network.addFault({ on: "send", effect: "drop-connection" });
      await expect(provider.send(textOf({ text }))).rejects.toThrow(OutcomeUnknownError);
      clock.advance(60_000);
      await make().send(textOf({ text, ...attempted(attemptedAt) }));
      expect(textsReceived()).toHaveLength(1);
    },
  );

  it("throws an OutcomeUnknownError while the list cannot be read", async () => {
    const { clock, now, make, textOf, textsReceived } = await start();
    const attemptedAt = now();
    clock.advance(60_000);
    const withWrongToken = make({ authTokens: ["9".repeat(32)] });
    await expect(withWrongToken.send(textOf(attempted(attemptedAt)))).rejects.toThrow(OutcomeUnknownError);
    expect(textsReceived()).toEqual([]);
  });

  it("throws a TypeError of the look-up, of a send and of a verification as it is", async () => {
    const { now, make, textOf } = await start();
    const defect = make({ apiUrl: "no url" });
    await expect(defect.send(textOf(attempted(now())))).rejects.toThrow(TypeError);
    await expect(defect.send(textOf())).rejects.toThrow(TypeError);
    await expect(defect.verify(textOf().from)).rejects.toThrow(TypeError);
  });

  it("finds it behind many other texts", async () => {
    const { now, clock, network, make, provider, textOf, textsReceived } = await start();
    const attemptedAt = now();
    network.addFault({ on: "send", effect: "drop-connection" });
    await expect(provider.send(textOf())).rejects.toThrow(OutcomeUnknownError);
    for (let n = 0; n < 250; n += 1) network.text({ from: CUSTOMER, to: COMPANY, text: "OK" }); // inbound
    for (let n = 0; n < 101; n += 1) await provider.send(textOf({ messageId: `other-${n}`, text: `${n}` }));
    clock.advance(60_000);
    expect(await make().send(textOf(attempted(attemptedAt)))).toMatchObject({
      providerMessageId: textsReceived()[0]?.messageId,
    });
  });

  it.each([
    ["to another customer", { to: addressSchema.parse("+14255550199") }],
    ["from another number", { from: addressSchema.parse(TOLL_FREE) }],
    ["with other words", { text: "OK!" }],
  ])("ignores a text %s", async (_, other) => {
    const { now, clock, make, provider, textOf, textsReceived } = await start();
    const attemptedAt = now();
    await provider.send(textOf({ messageId: "other", ...other }));
    clock.advance(60_000);
    const before = textsReceived().length;
    await make().send(textOf(attempted(attemptedAt)));
    expect(textsReceived()).toHaveLength(before + 1);
  });

  it("ignores an earlier message with the same words", async () => {
    const { clock, now, make, provider, textOf, textsReceived } = await start();
    const first = await provider.send(textOf());
    clock.advance(4_000);
    const attemptedAt = now(); // of the second message, which was never accepted
    clock.advance(60_000);
    const second = await make().send(textOf({ messageId: "out-2", ...attempted(attemptedAt) }));
    expect(second).not.toEqual(first);
    expect(textsReceived()).toHaveLength(2);
  });

  it("ignores a message with the same words that this process sent in the same second", async () => {
    const { clock, now, provider, textOf, textsReceived } = await start();
    await provider.send(textOf());
    const attemptedAt = now(); // of the second message, which was never accepted
    clock.advance(60_000);
    await provider.send(textOf({ messageId: "out-2", ...attempted(attemptedAt) }));
    expect(textsReceived()).toHaveLength(2);
  });
});

it("throws an OutcomeUnknownError when the list is not as documented", async () => {
  const { clock, now, make, textOf, textsReceived } = await start();
  const attemptedAt = now();
  const server = createServer((_, response) =>
    response.end('{"messages":[{"sid":"SM1","from":null,"to":null,"body":null,"date_created":"soon"}]}'),
  );
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close());
  clock.advance(60_000);
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await expect(make({ apiUrl }).send(textOf(attempted(attemptedAt)))).rejects.toThrow(OutcomeUnknownError);
  expect(textsReceived()).toEqual([]);
});

describe("the response to a text", () => {
  it.each([
    [21211, "number-invalid"],
    [21408, "number-unsupported"],
    [21606, "sender-not-allowed"],
    [21610, "recipient-opted-out"],
    [21614, "number-invalid"],
    [21617, "text-rejected"],
    [21635, "recipient-cannot-be-texted"],
    [99_999, "unknown"],
  ])("with the code %i is the failure %s", async (code, failure) => {
    const { network, provider, textOf } = await start();
    network.addFault({ on: "send", effect: "refuse-recipient", errorMessage: "No.", code });
    expect(await provider.send(textOf())).toEqual({ kind: "refused", failure, code: String(code) });
  });

  it.each([
    [401, 20_003],
    [402, 20_402],
    [403, 20_403],
    [404, 20_404],
    [400, 21_611], // the queue of the number is full
  ])("with status %i and code %i is a TransientError: it says nothing about the text", async (httpStatusCode, code) => {
    const { network, provider, textOf } = await start();
    network.addFault({ on: "send", effect: "refuse-recipient", errorMessage: "No.", httpStatusCode, code });
    await expect(provider.send(textOf())).rejects.toThrow(TransientError);
  });

  it("is a refusal after STOP and an acceptance after START", async () => {
    const { network, provider, textOf } = await start();
    network.text({ from: CUSTOMER, to: COMPANY, text: "STOP" });
    expect(await provider.send(textOf())).toMatchObject({ failure: "recipient-opted-out", code: "21610" });
    network.text({ from: CUSTOMER, to: COMPANY, text: "START" });
    expect(await provider.send(textOf())).toMatchObject({ kind: "accepted" });
  });
});

it("authorises requests with the API key in place of the token", async () => {
  const { make, apiKey, textOf, textsReceived } = await start();
  await make({ apiKey }).send(textOf());
  expect(textsReceived()).toHaveLength(1);
  const wrong = make({ apiKey: { ...apiKey, secret: "wrong" } });
  await expect(wrong.send(textOf({ messageId: "out-2" }))).rejects.toThrow(TransientError);
});

it("requests delivery reports at an address with the tag, with retries", async () => {
  const { provider, receiver, textOf, letPass, webhookUrl } = await start();
  receiver.respondNext(500, 500);
  await provider.send(textOf());
  await letPass(1);
  expect(receiver.callbacks.map(({ url }) => url)).toEqual(Array(4).fill(`${webhookUrl}?tag=thread/out%201%26x`));
  const [first, , , last] = receiver.callbacks.map(({ url, headers, body }) =>
    provider.webhook.read({ url, body, headers: { ...headers } as Record<string, string> }),
  );
  expect(first).toMatchObject({ event: { tag: "thread/out 1&x", parameters: { MessageStatus: "sent" } } });
  expect(last).toMatchObject({ event: { tag: "thread/out 1&x", parameters: { MessageStatus: "delivered" } } });
});

describe("verifying a number", () => {
  const number = addressSchema.parse(COMPANY);
  const verifyWith = async (
    smsUrl: string | undefined,
    changes: (account: TwilioAccount) => Partial<TwilioAccount>,
  ) => {
    const { network, account, make, webhookUrl } = await start();
    const url = smsUrl?.replace("OURS", webhookUrl);
    network.setNumber({ number: COMPANY, provider: "twilio", type: "long-code", ...(url && { smsUrl: url }) });
    const { checks } = await make(changes(account)).verify(number);
    return { checks, failed: checks.filter(({ ok }) => !ok).map(({ message: text }) => text), webhookUrl };
  };
  const unchanged = () => ({});

  it("passes every check with our webhook and its retries", async () => {
    expect((await verifyWith("OURS#rc=3&rp=all", unchanged)).checks.map(({ ok }) => ok)).toEqual([true, true, true]);
  });

  it.each(["https://elsewhere.example/sms", undefined])("reports the right webhook in place of %s", async (url) => {
    const { failed, webhookUrl } = await verifyWith(url, unchanged);
    expect(failed).toEqual([expect.stringContaining(`${webhookUrl}#rc=3&rp=all`)]);
    expect(failed[0]).not.toContain("elsewhere");
  });

  it.each(["OURS", "OURS#rc=0&rp=all", "OURS#rc=3"])("reports that texts get lost with %s", async (url) => {
    const { failed, webhookUrl } = await verifyWith(url, unchanged);
    expect(failed).toEqual([expect.stringContaining("texts get lost")]);
    expect(failed[0]).toContain(`${webhookUrl}#rc=3&rp=all`);
  });

  it("reports a wrong token", async () => {
    const { checks } = await verifyWith("OURS#rc=3&rp=all", () => ({ authTokens: ["9".repeat(32)] }));
    expect(checks).toEqual([{ ok: false, message: expect.stringContaining("TWILIO_AUTH_TOKEN") }]);
  });

  it("reports a wrong API key beside a right token", async () => {
    const apiKey = { sid: `SK${"c".repeat(32)}`, secret: "wrong" };
    const { failed } = await verifyWith("OURS#rc=3&rp=all", () => ({ apiKey }));
    expect(failed).toEqual([expect.stringContaining("TWILIO_API_KEY_SID")]);
  });

  it("reports the account of another company", async () => {
    const { failed } = await verifyWith("OURS#rc=3&rp=all", () => ({ accountSid: `AC${"c".repeat(32)}` }));
    expect(failed).toEqual([expect.stringContaining("TWILIO_ACCOUNT_SID")]);
  });

  it("passes every check with an API key, which may not read the account", async () => {
    const { make, apiKey, network, webhookUrl } = await start();
    network.setNumber({ number: COMPANY, provider: "twilio", smsUrl: `${webhookUrl}#rc=3&rp=all` });
    const { checks } = await make({ apiKey }).verify(number);
    expect(checks.map(({ ok }) => ok)).toEqual([true, true, true]);
  });

  it("reports a number that is not in the account, although a longer one is", async () => {
    const { provider } = await start();
    const { checks } = await provider.verify(addressSchema.parse(COMPANY.slice(0, -1)));
    expect(checks.at(-1)).toEqual({ ok: false, message: expect.stringContaining("not in the account") });
  });

  it("reports that a short code cannot be verified", async () => {
    const { provider } = await start();
    const { checks } = await provider.verify(addressSchema.parse("12345"));
    expect(checks.at(-1)?.message).toContain("short codes");
  });
});
