import { expect, onTestFinished, vi } from "vitest";
import { TwinClock } from "../../clock.ts";
import { PhoneNetwork, type PhoneNetworkOptions } from "../phone-network.ts";
import { CallbackReceiver } from "./callback-receiver.ts";

/** So long that it passes only when a test says so. */
export const REPORT_DELAY_MS = 600_000;

/**
 * A network that runs for one test, and an app that receives what its providers call.
 * @param optionsFor - told the app's address.
 */
export const startNetwork = async (optionsFor: (app: string) => Partial<PhoneNetworkOptions>) => {
  const clock = new TwinClock();
  const receiver = new CallbackReceiver();
  const app = await receiver.start();
  /** What the network logged. */
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const network = new PhoneNetwork({ clock, reportDelayMs: REPORT_DELAY_MS, log, ...optionsFor(app) });
  await network.start(0);
  onTestFinished(async () => {
    await network.stop();
    await receiver.stop();
  });

  /** Waits for as many calls of webhooks to have ended. */
  const called = (count: number) =>
    vi.waitFor(() => {
      expect(network.webhookCalls().length).toBeGreaterThanOrEqual(count);
      return network.webhookCalls();
    });
  const quiet = () => vi.waitFor(() => expect(network.idle()).toBe(true));
  /** Lets a report's time pass, again and again, each time when all that was due has ended. */
  const letPass = async (times: number) => {
    for (let time = 0; time < times; time += 1) {
      await quiet();
      clock.advance(REPORT_DELAY_MS);
    }
    await quiet();
  };
  return { clock, network, receiver, app, lines, called, quiet, letPass };
};

/** Makes a client of a provider's REST API. @param user - user and password, as basic authentication joins them. */
export const clientOf =
  (base: string, user: string) =>
  async (path: string, init: RequestInit = {}, otherUser = user) => {
    const authorization = `Basic ${Buffer.from(otherUser).toString("base64")}`;
    const response = await fetch(base + path, { ...init, headers: { authorization, ...init.headers } });
    return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
  };
