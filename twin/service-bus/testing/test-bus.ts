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
import { toQueueProperties } from "../queue/queue-settings.ts";
import { type QueueSettings, ServiceBus } from "../service-bus.ts";

/*
 * The contract tests run against the twin, through the unmodified SDK. They run against a real namespace when
 * TWIN_TEST_SERVICE_BUS has its connection string with the Manage right: each test creates a queue there and deletes
 * it. Tests that need the clock or a fault are then skipped.
 */

const REAL_NAMESPACE = process.env.TWIN_TEST_SERVICE_BUS;

/** Whether the tests run against Azure, where the clock cannot be moved. */
export const onAzure = REAL_NAMESPACE !== undefined;

/** No retries, so that a test sees the first response. */
const OPTIONS: ServiceBusClientOptions = { retryOptions: { maxRetries: 0, timeoutInMs: 10_000 } };

/** Milliseconds that a receive waits when it may find no message. */
const EMPTY_RECEIVE_MS = 150;

export type TestQueueSettings = Omit<QueueSettings, "name">;

/** A namespace with a queue for one test; closed when the test ends. */
export interface TestBus {
  readonly client: ServiceBusClient;
  readonly queue: string;
  /** Creates another client with its own connection. */
  connect(options?: ServiceBusClientOptions): ServiceBusClient;
}

export interface TestTwin extends TestBus {
  readonly bus: ServiceBus;
  readonly port: number;
  readonly clock: TwinClock;
}

export const openBus = (settings: TestQueueSettings = {}): Promise<TestBus> =>
  REAL_NAMESPACE === undefined ? openTwin(settings) : openAzure(REAL_NAMESPACE, settings);

export const openTwin = async (settings: TestQueueSettings = {}): Promise<TestTwin> => {
  const queue = "contract";
  const clock = new TwinClock();
  const bus = new ServiceBus({ clock, queues: [{ name: queue, ...settings }] });
  const port = await bus.start(0);
  onTestFinished(() => bus.stop());
  return { bus, port, clock, queue, ...connector(bus.connectionString) };
};

const openAzure = async (namespace: string, settings: TestQueueSettings): Promise<TestBus> => {
  const queue = `contract-${randomUUID()}`;
  const admin = new ServiceBusAdministrationClient(namespace);
  const properties = toQueueProperties({ name: queue, ...settings });
  const hasDuplicateDetection = properties.duplicateWindowMs > 0;
  await admin.createQueue(queue, {
    requiresSession: properties.requiresSession,
    lockDuration: toDuration(properties.lockDurationMs),
    maxDeliveryCount: properties.maxDeliveryCount,
    requiresDuplicateDetection: hasDuplicateDetection,
    ...(hasDuplicateDetection && { duplicateDetectionHistoryTimeWindow: toDuration(properties.duplicateWindowMs) }),
    deadLetteringOnMessageExpiration: properties.deadLetterOnExpiration,
  });
  onTestFinished(async () => {
    await admin.deleteQueue(queue);
  });
  return { queue, ...connector(namespace) };
};

/** @returns the duration in ISO 8601. */
const toDuration = (milliseconds: number): string => `PT${milliseconds / 1000}S`;

const connector = (connectionString: string): Pick<TestBus, "client" | "connect"> => {
  const connect = (options = OPTIONS) => {
    const client = new ServiceBusClient(connectionString, options);
    onTestFinished(() => client.close());
    return client;
  };
  return { connect, client: connect() };
};

/** Receives exactly `count` messages; the test times out when there are fewer. */
export const receive = async (receiver: ServiceBusReceiver, count: number): Promise<ServiceBusReceivedMessage[]> => {
  const received: ServiceBusReceivedMessage[] = [];
  while (received.length < count) {
    received.push(...(await receiver.receiveMessages(count - received.length, { maxWaitTimeInMs: 5000 })));
  }
  return received;
};

export const receiveOne = async (receiver: ServiceBusReceiver): Promise<ServiceBusReceivedMessage> => {
  const [message] = await receive(receiver, 1);
  if (!message) throw new Error("no message was received");
  return message;
};

/** Receives the messages that are available now. */
export const receiveAvailable = (receiver: ServiceBusReceiver): Promise<ServiceBusReceivedMessage[]> =>
  receiver.receiveMessages(100, { maxWaitTimeInMs: EMPTY_RECEIVE_MS });

export const sequenceNumberOf = ({ sequenceNumber }: ServiceBusReceivedMessage): NonNullable<typeof sequenceNumber> => {
  if (!sequenceNumber) throw new Error("the message has no sequence number");
  return sequenceNumber;
};
