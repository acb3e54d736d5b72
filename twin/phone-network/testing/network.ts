import { expect, onTestFinished, vi } from "vitest";
import { TwinClock } from "../../clock.ts";
import { EventGrid } from "../../event-grid/event-grid.ts";
import { PhoneNetwork, type PhoneNetworkOptions } from "../phone-network.ts";
import { CallbackReceiver } from "./callback-receiver.ts";

/** Longer than any test; passes only when the test advances the clock. */
export const REPORT_DELAY_MS = 600_000;

/**
 * Starts a phone network, Event Grid and an app whose webhooks they call, for one test.
 * @param optionsFor - makes the options of the network from the app's URL.
 */
export const startNetwork = async (optionsFor: (app: string) => Partial<PhoneNetworkOptions>) => {
  const clock = new TwinClock();
  const receiver = new CallbackReceiver();
  const app = await receiver.start();
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const eventGrid = new EventGrid({ clock, log });
  eventGrid.start();
  const network = new PhoneNetwork({
    clock,
    events: eventGrid,
    reportDelayMs: REPORT_DELAY_MS,
    log,
    ...optionsFor(app),
  });
  await network.start(0);
  onTestFinished(async () => {
    await Promise.all([network.stop(), eventGrid.stop()]);
    await receiver.stop();
  });

  /** Waits until this many webhook calls have ended. */
  const called = (count: number) =>
    vi.waitFor(() => {
      expect(network.webhookCalls().length).toBeGreaterThanOrEqual(count);
      return network.webhookCalls();
    });
  const quiet = () => vi.waitFor(() => expect(network.isIdle() && eventGrid.isIdle()).toBe(true));
  /** Advances the clock by the delay of a report, several times, and waits for all work in between. */
  const letPass = async (times: number) => {
    for (let time = 0; time < times; time += 1) {
      await quiet();
      clock.advance(REPORT_DELAY_MS);
    }
    await quiet();
  };
  return { clock, network, eventGrid, receiver, app, lines, called, quiet, letPass };
};

/** Makes a client of a provider's REST API. @param user - "user:password", for basic authentication. */
export const clientOf =
  (base: string, user: string) =>
  async (path: string, init: RequestInit = {}, otherUser = user) => {
    const authorization = `Basic ${Buffer.from(otherUser).toString("base64")}`;
    const response = await fetch(base + path, { ...init, headers: { authorization, ...init.headers } });
    return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
  };
