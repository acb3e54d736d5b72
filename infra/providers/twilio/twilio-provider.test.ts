import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { COMPANY, CUSTOMER, startTwilio, TOLL_FREE } from "azure-twin/phone-network/testing/twilio";
import { describe, expect, it, onTestFinished } from "vitest";
import { OutcomeUnknownError, TransientError } from "../../../shared/kernel/errors.ts";
import { type Instant, toInstant } from "../../../shared/kernel/instant.ts";
import { addressSchema } from "../../../shared/sms/address.ts";
import type { OutboundText } from "../../../shared/sms/provider.ts";
import type { TwilioAccount } from "./account.ts";
import { TwilioProvider } from "./twilio-provider.ts";

const tried = (firstAt: Instant, lastAt = firstAt) => ({ previousAttempts: { firstAt, lastAt } });

const start = async () => {
  const twilio = await startTwilio();
  const { network, clock, app } = twilio;
  const { accountSid, authToken, apiKeySid, apiKeySecret } = network.twilioAccount;
  const webhookUrl = `${app}/api/webhooks/twilio`;
  const now = () => toInstant(new Date(clock.now()));
  const wait = async (seconds: number) => clock.advance(seconds * 1000);
  const account: TwilioAccount = { accountSid, authTokens: [authToken], apiUrl: network.url, webhookUrl };
  const apiKey = { sid: apiKeySid, secret: apiKeySecret };
  const make = (changes: Partial<TwilioAccount> = {}) => new TwilioProvider({ ...account, ...changes }, now, wait);
  const textOf = (some: Partial<OutboundText> = {}): OutboundText => ({
    ...{ messageId: "out-1", from: addressSchema.parse(COMPANY), to: addressSchema.parse(CUSTOMER), text: "OK" },
    ...{ firstSentAt: now(), tag: "thread/out 1&x" },
    ...some,
  });
  const got = () => network.handset(CUSTOMER);
  return { ...twilio, account, webhookUrl, apiKey, now, make, provider: make(), textOf, got };
};

describe("trying a message again", () => {
  it("waits until a text that was taken must show, and only then sends it again", async () => {
    const { clock, now, make, provider, textOf, got } = await start();
    const triedAt = now(); // nothing was taken: the process ended before it could ask
    await expect(provider.send(textOf(tried(triedAt)))).rejects.toThrow(OutcomeUnknownError);
    clock.advance(29_000);
    await expect(make().send(textOf(tried(triedAt)))).rejects.toThrow(OutcomeUnknownError);
    expect(got()).toEqual([]);
    clock.advance(1_000);
    expect(await make().send(textOf(tried(triedAt)))).toMatchObject({ kind: "accepted" });
    expect(got()).toHaveLength(1);
  });

  it("finds what was taken at once", async () => {
    const { now, network, make, provider, textOf, got } = await start();
    const triedAt = now();
    network.addFault({ on: "send", effect: "drop-connection" });
    await expect(provider.send(textOf())).rejects.toThrow(OutcomeUnknownError);
    const found = { kind: "accepted", providerMessageId: got()[0]?.messageId };
    expect(await make().send(textOf(tried(triedAt)))).toEqual(found);
    expect(got()).toHaveLength(1);
  });

  it("counts the wait from the last attempt, and looks from the first", async () => {
    const { clock, now, network, make, provider, textOf, got } = await start();
    const firstAt = now();
    network.addFault({ on: "send", effect: "drop-connection" });
    await expect(provider.send(textOf())).rejects.toThrow(OutcomeUnknownError);
    clock.advance(60_000);
    const lastAt = now();
    await expect(make().send(textOf({ text: "Other", ...tried(firstAt, lastAt) }))).rejects.toThrow("may still list");
    expect(await make().send(textOf(tried(firstAt, lastAt)))).toMatchObject({ kind: "accepted" });
    expect(got()).toHaveLength(1);
  });

  it.each(["  spaces around \n", "half a \ud83d pair"])("finds %j, which may come back otherwise", async (text) => {
    const { clock, now, network, make, provider, textOf, got } = await start();
    const triedAt = now();
    network.addFault({ on: "send", effect: "drop-connection" });
    await expect(provider.send(textOf({ text }))).rejects.toThrow(OutcomeUnknownError);
    clock.advance(60_000);
    await make().send(textOf({ text, ...tried(triedAt) }));
    expect(got()).toHaveLength(1);
  });

  it("is never sure while the list cannot be read", async () => {
    const { clock, now, make, textOf, got } = await start();
    const triedAt = now();
    clock.advance(60_000);
    const strange = make({ authTokens: ["9".repeat(32)] });
    await expect(strange.send(textOf(tried(triedAt)))).rejects.toThrow(OutcomeUnknownError);
    expect(got()).toEqual([]);
  });

  it("throws a TypeError of the look-up as it is", async () => {
    const { now, make, textOf } = await start();
    const defect = make({ apiUrl: "no url" });
    await expect(defect.send(textOf(tried(now())))).rejects.toThrow(TypeError);
  });

  it("finds it behind many texts of other words", async () => {
    const { now, clock, network, make, provider, textOf, got } = await start();
    const triedAt = now();
    network.addFault({ on: "send", effect: "drop-connection" });
    await expect(provider.send(textOf())).rejects.toThrow(OutcomeUnknownError);
    for (let n = 0; n < 250; n += 1) network.text({ from: CUSTOMER, to: COMPANY, text: "OK" }); // the other way
    for (let n = 0; n < 101; n += 1) await provider.send(textOf({ messageId: `other-${n}`, text: `${n}` }));
    clock.advance(60_000);
    expect(await make().send(textOf(tried(triedAt)))).toMatchObject({ providerMessageId: got()[0]?.messageId });
  });

  it.each([
    ["to another customer", { to: addressSchema.parse("+14255550199") }],
    ["from another number", { from: addressSchema.parse(TOLL_FREE) }],
    ["of other words", { text: "OK!" }],
  ])("does not take a text %s for it", async (_, other) => {
    const { now, clock, make, provider, textOf, got } = await start();
    const triedAt = now();
    await provider.send(textOf({ messageId: "other", ...other }));
    clock.advance(60_000);
    const before = got().length;
    await make().send(textOf(tried(triedAt)));
    expect(got()).toHaveLength(before + 1);
  });

  it("does not take an earlier message of the same words for it", async () => {
    const { clock, now, make, provider, textOf, got } = await start();
    const first = await provider.send(textOf());
    clock.advance(4_000);
    const triedAt = now(); // of the second, which was never taken
    clock.advance(60_000);
    const second = await make().send(textOf({ messageId: "out-2", ...tried(triedAt) }));
    expect(second).not.toEqual(first);
    expect(got()).toHaveLength(2);
  });

  it("does not take one for it that the same process sent in the same second", async () => {
    const { clock, now, provider, textOf, got } = await start();
    await provider.send(textOf());
    const triedAt = now(); // of the second, which was never taken
    clock.advance(60_000);
    await provider.send(textOf({ messageId: "out-2", ...tried(triedAt) }));
    expect(got()).toHaveLength(2);
  });
});

it("is not sure when the list is not as it is documented", async () => {
  const { clock, now, make, textOf, got } = await start();
  const triedAt = now();
  const server = createServer((_, response) =>
    response.end('{"messages":[{"sid":"SM1","from":null,"to":null,"body":null,"date_created":"soon"}]}'),
  );
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close());
  clock.advance(60_000);
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await expect(make({ apiUrl }).send(textOf(tried(triedAt)))).rejects.toThrow(OutcomeUnknownError);
  expect(got()).toEqual([]);
});

describe("an answer to a text", () => {
  it.each([
    [21211, "number-invalid"],
    [21408, "number-unsupported"],
    [21606, "sender-not-allowed"],
    [21610, "recipient-opted-out"],
    [21614, "number-invalid"],
    [21617, "text-rejected"],
    [21635, "recipient-cannot-be-texted"],
    [99_999, "unknown"],
  ])("with the code %i means %s", async (code, failure) => {
    const { network, provider, textOf } = await start();
    network.addFault({ on: "send", effect: "refuse-recipient", errorMessage: "No.", code });
    expect(await provider.send(textOf())).toEqual({ kind: "refused", failure, code: String(code) });
  });

  it.each([
    [401, 20_003],
    [403, 20_403],
    [404, 20_404],
    [400, 21_611], // too many texts wait already
  ])("of status %i and code %i is no word about it: it may go out later", async (httpStatusCode, code) => {
    const { network, provider, textOf } = await start();
    network.addFault({ on: "send", effect: "refuse-recipient", errorMessage: "No.", httpStatusCode, code });
    const error: unknown = await provider.send(textOf()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TransientError);
    expect(error).not.toBeInstanceOf(OutcomeUnknownError);
  });

  it("after STOP says that the customer has opted out, and after START takes texts again", async () => {
    const { network, provider, textOf } = await start();
    network.text({ from: CUSTOMER, to: COMPANY, text: "STOP" });
    expect(await provider.send(textOf())).toMatchObject({ failure: "recipient-opted-out", code: "21610" });
    network.text({ from: CUSTOMER, to: COMPANY, text: "START" });
    expect(await provider.send(textOf())).toMatchObject({ kind: "accepted" });
  });
});

it("asks with an API key where there is one, and no longer with the token", async () => {
  const { make, apiKey, textOf, got } = await start();
  await make({ apiKey }).send(textOf());
  expect(got()).toHaveLength(1);
  const wrong = make({ apiKey: { ...apiKey, secret: "wrong" } });
  await expect(wrong.send(textOf({ messageId: "out-2" }))).rejects.toThrow(TransientError);
});

it("has reports brought to an address with the tag, again and again until they are taken", async () => {
  const { provider, receiver, textOf, letPass, webhookUrl } = await start();
  receiver.answerNext(500, 500);
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
  const findingsOf = async (
    smsUrl: string | undefined,
    changes: (account: TwilioAccount) => Partial<TwilioAccount>,
  ) => {
    const { network, account, make, webhookUrl } = await start();
    const url = smsUrl?.replace("OURS", webhookUrl);
    network.setNumber({ number: COMPANY, provider: "twilio", type: "long-code", ...(url && { smsUrl: url }) });
    const { checks } = await make(changes(account)).verify(number);
    return { checks, bad: checks.filter(({ ok: good }) => !good).map(({ message: text }) => text), webhookUrl };
  };
  const same = () => ({});

  it("finds all well with a webhook that is ours and is called again", async () => {
    expect((await findingsOf("OURS#rc=3&rp=all", same)).checks.map(({ ok: good }) => good)).toEqual([true, true, true]);
  });

  it.each(["https://elsewhere.example/sms", undefined])("says where texts have to come with %s", async (url) => {
    const { bad, webhookUrl } = await findingsOf(url, same);
    expect(bad).toEqual([expect.stringContaining(`${webhookUrl}#rc=3&rp=all`)]);
    expect(bad[0]).not.toContain("elsewhere");
  });

  it.each(["OURS", "OURS#rc=0&rp=all", "OURS#rc=3"])("says that texts would get lost with %s", async (url) => {
    const { bad, webhookUrl } = await findingsOf(url, same);
    expect(bad).toEqual([expect.stringContaining("gives a text up")]);
    expect(bad[0]).toContain(`${webhookUrl}#rc=3&rp=all`);
  });

  it("says that a token is wrong", async () => {
    const { checks } = await findingsOf("OURS#rc=3&rp=all", () => ({ authTokens: ["9".repeat(32)] }));
    expect(checks).toEqual([{ ok: false, message: expect.stringContaining("TWILIO_AUTH_TOKEN") }]);
  });

  it("says that an API key is wrong, though the token is right", async () => {
    const apiKey = { sid: `SK${"c".repeat(32)}`, secret: "wrong" };
    const { bad } = await findingsOf("OURS#rc=3&rp=all", () => ({ apiKey }));
    expect(bad).toEqual([expect.stringContaining("TWILIO_API_KEY_SID")]);
  });

  it("says that an account is another one", async () => {
    const { bad } = await findingsOf("OURS#rc=3&rp=all", () => ({ accountSid: `AC${"c".repeat(32)}` }));
    expect(bad).toEqual([expect.stringContaining("TWILIO_ACCOUNT_SID")]);
  });

  it("finds all well with an API key, which may not see the account itself", async () => {
    const { make, apiKey, network, webhookUrl } = await start();
    network.setNumber({ number: COMPANY, provider: "twilio", smsUrl: `${webhookUrl}#rc=3&rp=all` });
    const { checks } = await make({ apiKey }).verify(number);
    expect(checks.map(({ ok: good }) => good)).toEqual([true, true, true]);
  });

  it("says that a number is not in the account, though one that begins alike is", async () => {
    const { provider } = await start();
    const { checks } = await provider.verify(addressSchema.parse(COMPANY.slice(0, -1)));
    expect(checks.at(-1)).toEqual({ ok: false, message: expect.stringContaining("not in the account") });
  });

  it("says that it cannot tell about a short code", async () => {
    const { provider } = await start();
    const { checks } = await provider.verify(addressSchema.parse("12345"));
    expect(checks.at(-1)?.message).toContain("short codes");
  });
});
