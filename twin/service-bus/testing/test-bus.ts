import { randomUUID } from "node:crypto";
import {
  ServiceBusAdministrationClient,
  ServiceBusClient,
  type ServiceBusClientOptions,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
} from "@azure/service-bus";
import { onTestFinished } from "vitest";
import { TwinClock } from "../../clock.ts";
import { type QueueSettings, ServiceBus } from "../service-bus.ts";

/*
 * The contract tests say what the product may rely on. They are held against the twin through the unmodified SDK, and
 * against a real namespace when HILO_TEST_SERVICE_BUS has its connection string, with the right to manage: each test
 * makes a queue there and deletes it. What needs the clock or a fault is then skipped.
 */

const REAL_NAMESPACE = process.env.HILO_TEST_SERVICE_BUS;

/** Whether the contract is held against Azure, where nobody can move the clock or drop a connection. */
export const onAzure = REAL_NAMESPACE !== undefined;

/** No retries: a test is to see the first answer. */
const OPTIONS: ServiceBusClientOptions = { retryOptions: { maxRetries: 0, timeoutInMs: 10_000 } };

/** How long a receive waits that is expected to find nothing, in milliseconds. */
const NOTHING_WAIT_MS = 150;

export type TestQueueSettings = Omit<QueueSettings, "name">;

/** A bus with one queue of its own for one test, closed when the test ends. */
export interface TestBus {
  readonly client: ServiceBusClient;
  readonly queue: string;
  /** Another client, on a connection of its own. */
  connect(options?: ServiceBusClientOptions): ServiceBusClient;
}

export interface TestTwin extends TestBus {
  readonly bus: ServiceBus;
  readonly clock: TwinClock;
}

export const openBus = (settings: TestQueueSettings = {}): Promise<TestBus> =>
  REAL_NAMESPACE === undefined ? openTwin(settings) : openAzure(REAL_NAMESPACE, settings);

export const openTwin = async (settings: TestQueueSettings = {}): Promise<TestTwin> => {
  const queue = "contract";
  const clock = new TwinClock();
  const bus = new ServiceBus({ clock, queues: [{ name: queue, ...settings }] });
  await bus.start(0);
  onTestFinished(() => bus.stop());
  return { bus, clock, queue, ...connector(bus.connectionString) };
};

const openAzure = async (namespace: string, settings: TestQueueSettings): Promise<TestBus> => {
  const queue = `contract-${randomUUID()}`;
  const admin = new ServiceBusAdministrationClient(namespace);
  const windowSeconds = settings.duplicateDetectionWindowSeconds ?? 0;
  await admin.createQueue(queue, {
    requiresSession: settings.requiresSession,
    lockDuration: `PT${settings.lockDurationSeconds ?? 60}S`,
    maxDeliveryCount: settings.maxDeliveryCount,
    requiresDuplicateDetection: windowSeconds > 0,
    duplicateDetectionHistoryTimeWindow: windowSeconds > 0 ? `PT${windowSeconds}S` : undefined,
    deadLetteringOnMessageExpiration: settings.deadLetterOnExpiration,
  });
  onTestFinished(async () => {
    await admin.deleteQueue(queue);
  });
  return { queue, ...connector(namespace) };
};

const connector = (connectionString: string): Pick<TestBus, "client" | "connect"> => {
  const connect = (options = OPTIONS) => {
    const client = new ServiceBusClient(connectionString, options);
    onTestFinished(() => client.close());
    return client;
  };
  return { connect, client: connect() };
};

/** Receives exactly so many messages; the test fails by its time-out when there are fewer. */
export const receive = async (receiver: ServiceBusReceiver, count: number): Promise<ServiceBusReceivedMessage[]> => {
  const received: ServiceBusReceivedMessage[] = [];
  while (received.length < count) {
    received.push(...(await receiver.receiveMessages(count - received.length, { maxWaitTimeInMs: 5000 })));
  }
  return received;
};

export const receiveOne = async (receiver: ServiceBusReceiver): Promise<ServiceBusReceivedMessage> => {
  const [message] = await receive(receiver, 1);
  if (!message) throw new Error("nothing was received");
  return message;
};

/** What a receiver gets when it waits for a moment. */
export const receiveAvailable = (receiver: ServiceBusReceiver): Promise<ServiceBusReceivedMessage[]> =>
  receiver.receiveMessages(100, { maxWaitTimeInMs: NOTHING_WAIT_MS });

/** The number by which a deferred message is asked for. */
export const sequenceNumberOf = ({ sequenceNumber }: ServiceBusReceivedMessage): NonNullable<typeof sequenceNumber> => {
  if (!sequenceNumber) throw new Error("the message has no sequence number");
  return sequenceNumber;
};
