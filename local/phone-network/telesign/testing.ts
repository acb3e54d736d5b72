import { expect, onTestFinished, vi } from "vitest";
import { TwinClock } from "../../clock.ts";
import { PhoneNetwork } from "../phone-network.ts";
import { CallbackReceiver } from "../webhooks/callback-receiver.ts";

export const COMPANY = "+13105550100";
export const CUSTOMER = "+14255550123";
/** So long that it passes only when a test says so. */
export const REPORT_DELAY_MS = 600_000;

/** A network with a number at TeleSign, an app that receives, and a client of the REST API. */
export const startTelesign = async () => {
  const clock = new TwinClock();
  const receiver = new CallbackReceiver();
  const app = await receiver.start();
  const callbackUrl = `${app}/api/telesign?code=key`;
  const lines: string[] = [];
  const network = new PhoneNetwork({
    clock,
    reportDelayMs: REPORT_DELAY_MS,
    log: (line) => lines.push(line),
    numbers: [{ number: COMPANY, provider: "telesign", type: "long-code" }],
    telesign: { callbackUrl },
  });
  await network.start(0);
  onTestFinished(async () => {
    await network.stop();
    await receiver.stop();
  });
  const { customerId, apiKey } = network.telesignAccount;

  const call = async (path: string, init: RequestInit = {}, user = `${customerId}:${apiKey}`) => {
    const authorization = `Basic ${Buffer.from(user).toString("base64")}`;
    const response = await fetch(`${network.url}/v1/messaging${path}`, {
      ...init,
      headers: { authorization, ...init.headers },
    });
    return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
  };
  /** Sends a text that is as it should be, but for the changes; an empty field is left out. */
  const send = (changes: Record<string, string> = {}) => {
    const form = { phone_number: "14255550123", message: "It is on its way.", message_type: "ARN", ...changes };
    const given = Object.entries(form).filter(([, value]) => value !== "");
    return call("", { method: "POST", body: new URLSearchParams(given) });
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
  /** The JSON that came. */
  const bodies = () => receiver.callbacks.map(({ body }) => JSON.parse(body));
  return { clock, network, receiver, app, callbackUrl, lines, call, send, called, letPass, bodies };
};
