import type { ServiceBusClient } from "@azure/service-bus";
import type { PartHealth } from "../shared/health.ts";
import type { Settings } from "../shared/settings/settings.ts";
import type { QueueName } from "./service-bus/queues.ts";

/** How long a part may take to answer, in milliseconds. */
const TIMEOUT_MS = 5000;
const PEEKED_QUEUE: QueueName = "work-items";

/** Asks the stores and the broker whether they answer. */
export const checkHealth = async (
  settings: Settings,
  serviceBus: () => Promise<ServiceBusClient>,
): Promise<readonly PartHealth[]> => {
  const checks: Record<string, () => Promise<unknown>> = {
    "Cosmos DB": () => settings.find("organisation", "organisation"),
    "Service Bus": () => peek(serviceBus),
  };
  return Promise.all(
    Object.entries(checks).map(async ([part, check]) => ({
      part,
      up: await Promise.race([check().then(() => true), timeout()]).catch(() => false),
    })),
  );
};

const peek = async (serviceBus: () => Promise<ServiceBusClient>): Promise<void> => {
  const receiver = (await serviceBus()).createReceiver(PEEKED_QUEUE);
  try {
    await receiver.peekMessages(1);
  } finally {
    await receiver.close();
  }
};

const timeout = (): Promise<false> =>
  new Promise((resolve) => {
    setTimeout(() => resolve(false), TIMEOUT_MS).unref();
  });
