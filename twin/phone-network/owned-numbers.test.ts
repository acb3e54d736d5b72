import { describe, expect, it } from "vitest";
import * as z from "zod";
import { TwinClock } from "../clock.ts";
import { PhoneNetwork, type PhoneNetworkOptions } from "./phone-network.ts";
import { CUSTOMER, startTelesign, COMPANY as TELESIGN_NUMBER } from "./telesign/testing.ts";
import { RecordingPublisher } from "./testing/recording-publisher.ts";
import { TWILIO_ACCOUNT } from "./twilio/account.ts";
import { startTwilio, COMPANY as TWILIO_NUMBER } from "./twilio/testing.ts";

const make = (options: Partial<PhoneNetworkOptions>) =>
  new PhoneNetwork({ clock: new TwinClock(), events: new RecordingPublisher(), ...options });

describe("a number", () => {
  it("can be registered at the start and again", () => {
    const network = make({ numbers: [{ number: "12065550100", provider: "twilio", type: "long-code" }] });
    network.setNumber({ number: "12345", provider: "acs", type: "short-code" });
    network.setNumber({ number: TWILIO_NUMBER, provider: "telesign" });
    expect(network.numbers()).toEqual([
      { number: TWILIO_NUMBER, provider: "telesign", type: "toll-free" },
      { number: "12345", provider: "acs", type: "short-code" },
    ]);
  });

  it.each([
    { number: "Ann", provider: "acs" },
    { number: TWILIO_NUMBER, provider: "pigeon" },
    { number: TWILIO_NUMBER, provider: "acs", smsUrl: "https://app.example/sms" },
    { number: TWILIO_NUMBER, provider: "twilio", smsUrl: "/sms" },
  ])("cannot be %j", (number) => {
    expect(() => make({ numbers: [number] })).toThrow(z.ZodError);
  });

  it("has its texts posted to the webhook of its provider only", async () => {
    const { network, receiver, app, called, quiet } = await startTelesign();
    network.setNumber({ number: TWILIO_NUMBER, provider: "twilio", smsUrl: `${app}/twilio` });
    for (const to of [TELESIGN_NUMBER, TWILIO_NUMBER, "+18005550100"]) network.text({ from: CUSTOMER, to, text: "Hi" });
    await called(2);
    await quiet();
    expect(
      network
        .webhookCalls()
        .map(({ provider }) => provider)
        .sort(),
    ).toEqual(["telesign", "twilio"]);
    const paths = receiver.callbacks.map(({ url }) => new URL(url).pathname);
    expect(paths.sort()).toEqual(["/api/telesign", "/twilio"]);
  });

  it("carries no media at ACS", () => {
    const media = [{ url: "https://media.example/1.jpg", contentType: "image/jpeg" }];
    const text = { from: CUSTOMER, to: "+18005550100", text: "Look", media };
    expect(() => make({}).text(text)).toThrow("no MMS");
  });
});

describe("an account", () => {
  it("has the same keys on every machine by default", () => {
    expect(make({}).accounts()).toEqual(make({}).accounts());
    const authToken = "0123456789abcdef0123456789abcdef";
    const { twilio } = make({ accounts: { twilio: { authToken } } }).accounts();
    expect(twilio).toEqual({ ...TWILIO_ACCOUNT, authToken });
  });

  it("can change while the network runs", async () => {
    const { network, account, call } = await startTwilio();
    const [oldToken, newToken] = [account.authToken, "9".repeat(32)];
    network.updateAccount("twilio", { authToken: newToken });
    const statusWith = async (token: string) => (await call(".json", {}, `${account.accountSid}:${token}`)).status;
    expect([await statusWith(oldToken), await statusWith(newToken)]).toEqual([401, 200]);
  });

  it.each([
    { twilio: { accountSid: "AC1" } },
    { twilio: { authToken: "secret" } },
    { telesign: { customerId: "me" } },
    { telesign: { apiKey: "not base64!" } },
    { acs: { accessKey: "" } },
    { pigeon: {} },
  ])("cannot be %j", (accounts) => {
    expect(() => make({ accounts })).toThrow(z.ZodError);
  });
});
