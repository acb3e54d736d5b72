import { ServiceBusClient, type ServiceBusMessage } from "@azure/service-bus";
import { onTestFinished } from "vitest";
import { TwinClock } from "../../clock.ts";
import { type QueueSettings, ServiceBus } from "../../service-bus/service-bus.ts";
import type { FunctionsHostOptions } from "../functions-host.ts";
import { startTestApp, type TestHost } from "./test-app.ts";

/** A broker with one queue, and a host with an app that receives from it. */
export interface TestBus extends TestHost {
  readonly bus: ServiceBus;
  /** Sends to the queue. */
  send(...messages: ServiceBusMessage[]): Promise<void>;
  /** The number of messages on the broker, in any state. */
  remaining(): number;
  /** Starts another host with the same app on the same broker. */
  startAnother(): Promise<TestHost>;
}

/**
 * @param source - the code that registers functions on the queue `q` of the connection `BUS`.
 * @param queue - the settings of the queue.
 * @param serviceBus - the settings of the extension in host.json.
 */
export const startTestBus = async (
  source: string,
  queue: Omit<QueueSettings, "name"> = {},
  { serviceBus = {}, ...options }: Partial<FunctionsHostOptions> & { serviceBus?: object } = {},
): Promise<TestBus> => {
  const clock = new TwinClock();
  const bus = new ServiceBus({ clock, queues: [{ name: "q", ...queue }] });
  await bus.start(0);
  onTestFinished(() => bus.stop());
  const settings = { BUS: bus.connectionString };
  const start = (more: Partial<FunctionsHostOptions>) =>
    startTestApp(source, { clock, settings, hostJson: { extensions: { serviceBus } }, ...more });
  const test = await start(options);
  return {
    ...test,
    bus,
    send: async (...messages) => {
      const client = new ServiceBusClient(bus.connectionString); // a new client, because the connection of an older one may be broken
      await client.createSender("q").sendMessages(messages);
      await client.close();
    },
    remaining: () => Object.values(bus.snapshot().q ?? {}).reduce((sum, count) => sum + count, 0),
    startAnother: () => start({ appRoot: test.appRoot }),
  };
};
