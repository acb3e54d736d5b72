import type { RetryOptions, ServiceBusReceivedMessage } from "@azure/service-bus";
import { TwinClock } from "azure-twin/clock";
import { ServiceBus } from "azure-twin/service-bus";
import { onTestFinished } from "vitest";
import { connectServiceBus } from "../../infra/service-bus/connect-service-bus.ts";
import { QueueSenders } from "../../infra/service-bus/queue-senders.ts";
import { QUEUES, type QueueName } from "../../infra/service-bus/queues.ts";
import { toInstant } from "../../shared/kernel/instant.ts";
import { configOf } from "./config.ts";

/** How long a receive waits before the queue counts as empty, in milliseconds. */
const EMPTY_WAIT_MS = 150;

/**
 * Starts a broker of the twin with the app's queues, for one test.
 * @param retryOptions - the SDK's retries; the app's by default.
 */
export const startBus = async (retryOptions?: RetryOptions) => {
  const clock = new TwinClock();
  const bus = new ServiceBus({
    clock,
    queues: Object.entries(QUEUES).map(([name, queue]) => ({
      name,
      requiresSession: queue.sessions,
      lockDurationSeconds: queue.lockSeconds,
      maxDeliveryCount: queue.maxDeliveries,
      duplicateDetectionWindowSeconds: queue.duplicateWindowSeconds,
    })),
  });
  await bus.start(0);
  const connect = connectServiceBus(configOf({ SERVICE_BUS: bus.connectionString }), retryOptions);
  onTestFinished(async () => {
    await (await connect()).close();
    await bus.stop();
  });
  const senders = new QueueSenders(connect, () => toInstant(new Date(clock.now())));
  /** Receives all messages of a queue, or of one of its sessions. */
  const receiveAll = async (queue: QueueName, session?: string): Promise<readonly ServiceBusReceivedMessage[]> => {
    const client = await connect();
    const receiver =
      session === undefined
        ? client.createReceiver(queue, { receiveMode: "receiveAndDelete" })
        : await client.acceptSession(queue, session, { receiveMode: "receiveAndDelete" });
    const all: ServiceBusReceivedMessage[] = [];
    for (;;) {
      const messages = await receiver.receiveMessages(10, { maxWaitTimeInMs: EMPTY_WAIT_MS });
      if (messages.length === 0) break;
      all.push(...messages);
    }
    await receiver.close();
    return all;
  };
  return { bus, clock, senders, receiveAll };
};
