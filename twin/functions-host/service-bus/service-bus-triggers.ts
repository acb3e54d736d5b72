import type { ServiceBusClient } from "@azure/service-bus";
import type { Clock } from "../../clock.ts";
import { type AppSettings, resolveSettings } from "../app-settings.ts";
import { functionsTriggeredBy } from "../function-bindings.ts";
import type { ServiceBusSettings } from "../host-json.ts";
import type { Binding, Invoker, RegisteredFunction } from "../invocation.ts";
import type { Log } from "../log.ts";
import { connect } from "./connection.ts";
import { MessageDelivery } from "./message-delivery.ts";
import type { Pump } from "./pump.ts";
import { QueuePump } from "./queue-pump.ts";
import { SessionPump } from "./session-pump.ts";

/** How often the same warning may be logged, in milliseconds. */
const WARNING_INTERVAL_MS = 60_000;

interface ServiceBusTriggersOptions {
  readonly invoker: Invoker;
  readonly settings: AppSettings;
  readonly serviceBus: ServiceBusSettings;
  readonly clock: Clock;
  readonly log: Log;
}

interface ServiceBusTrigger {
  readonly pump: Pump;
  readonly delivery: MessageDelivery;
  readonly client: ServiceBusClient;
}

/** Runs the functions with Service Bus triggers. Every function has a separate connection. */
export class ServiceBusTriggers {
  readonly #triggers: readonly ServiceBusTrigger[];

  private constructor(triggers: readonly ServiceBusTrigger[]) {
    this.#triggers = triggers;
  }

  /** @throws Error when a binding has no valid connection, or uses a feature that the twin does not support. */
  static async create(options: ServiceBusTriggersOptions): Promise<ServiceBusTriggers> {
    const found = functionsTriggeredBy(options.invoker.functions.values(), "serviceBusTrigger");
    return new ServiceBusTriggers(
      await Promise.all(found.map(({ fn, trigger }) => createTrigger(fn, trigger, options))),
    );
  }

  start(): void {
    for (const { pump } of this.#triggers) pump.start();
  }

  /** Stops receiving. Resolves when all messages in progress are settled. */
  async stop(): Promise<void> {
    await Promise.all(this.#triggers.map(({ pump }) => pump.stop()));
  }

  /** Closes the connections. Messages that are not settled stay locked until their lock expires. */
  async disconnect(): Promise<void> {
    const closed = this.#triggers.map(({ pump, delivery, client }) => {
      delivery.disconnect();
      pump.stop().catch(() => {}); // fails because the connection closes
      return client.close();
    });
    await Promise.allSettled(closed);
  }
}

const createTrigger = async (
  fn: RegisteredFunction,
  trigger: Binding,
  options: ServiceBusTriggersOptions,
): Promise<ServiceBusTrigger> => {
  if (typeof trigger.queueName !== "string") throw new Error(`Function "${fn.name}": the twin supports queues only.`);
  if (trigger.cardinality === "many")
    throw new Error(`Function "${fn.name}": the twin does not support batches of messages.`);
  const { settings, serviceBus, invoker, clock, log } = options;
  const client = await connect(String(trigger.connection), settings);
  const autoComplete = (trigger.autoCompleteMessages ?? serviceBus.autoCompleteMessages) !== false;
  const queueName = resolveSettings(trigger.queueName, settings);
  const warn = makeWarn(fn.name, clock, log);
  const delivery = new MessageDelivery({ invoker, functionName: fn.name, autoComplete, warn });
  const pumpOptions = { client, queueName, settings: serviceBus, delivery, clock, warn };
  const pump = trigger.isSessionsEnabled === true ? new SessionPump(pumpOptions) : new QueuePump(pumpOptions);
  return { pump, delivery, client };
};

/** Logs the same warning at most once a minute, because an unreachable broker is retried several times a second. */
const makeWarn = (functionName: string, clock: Clock, log: Log): ((message: string) => void) => {
  const loggedAt = new Map<string, number>();
  return (message) => {
    const now = clock.now();
    for (const [logged, at] of loggedAt) if (now - at >= WARNING_INTERVAL_MS) loggedAt.delete(logged);
    if (loggedAt.has(message)) return;
    loggedAt.set(message, now);
    log({ level: "warning", source: "host", functionName, message });
  };
};
