import { expect, onTestFinished, vi } from "vitest";
import { TwinClock } from "../../clock.ts";
import { PhoneNetwork, type PhoneNetworkOptions } from "../phone-network.ts";
import { CallbackReceiver } from "../webhooks/callback-receiver.ts";

export const COMPANY = "+12065550100";
export const TOLL_FREE = "+18885550100";
export const CUSTOMER = "+14255550123";
/** So long that it passes only when a test says so. */
export const REPORT_DELAY_MS = 600_000;

/** A network with a long code and a toll-free number at Twilio, an app that receives, and a client of the REST API. */
export const startTwilio = async (options: Partial<PhoneNetworkOptions> = {}) => {
  const clock = new TwinClock();
  const receiver = new CallbackReceiver();
  const app = await receiver.start();
  const lines: string[] = [];
  const network = new PhoneNetwork({
    clock,
    reportDelayMs: REPORT_DELAY_MS,
    log: (line) => lines.push(line),
    numbers: [
      { number: COMPANY, provider: "twilio", type: "long-code", smsUrl: `${app}/api/twilio/sms?code=key` },
      { number: TOLL_FREE, provider: "twilio", type: "toll-free", smsUrl: `${app}/api/twilio/sms?code=key` },
    ],
    ...options,
  });
  await network.start(0);
  onTestFinished(async () => {
    await network.stop();
    await receiver.stop();
  });
  const { accountSid, authToken } = network.twilioAccount;

  const call = async (path: string, init: RequestInit = {}, user = `${accountSid}:${authToken}`) => {
    const authorization = `Basic ${Buffer.from(user).toString("base64")}`;
    const url = new URL(path.startsWith("/2010") ? path : `/2010-04-01/Accounts/${accountSid}${path}`, network.url);
    const response = await fetch(url, { ...init, headers: { authorization, ...init.headers } });
    return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
  };
  /** Sends a text that is as it should be, but for the changes. */
  const send = (changes: Record<string, string> = {}) => {
    const form = { To: CUSTOMER, From: COMPANY, Body: "It is on its way.", ...changes };
    return call("/Messages.json", { method: "POST", body: new URLSearchParams(form) });
  };
  const called = (count: number) =>
    vi.waitFor(() => {
      if (network.webhookCalls().length < count) throw new Error(`only ${network.webhookCalls().length} calls`);
      return network.webhookCalls();
    });
  /** Lets a report's time pass, again and again, each time when all that was due has ended. */
  const letPass = async (times: number) => {
    for (let time = 0; time < times; time += 1) {
      await vi.waitFor(() => expect(network.idle()).toBe(true));
      clock.advance(REPORT_DELAY_MS);
    }
    await vi.waitFor(() => expect(network.idle()).toBe(true));
  };
  return { clock, network, receiver, app, lines, call, send, called, letPass };
};
