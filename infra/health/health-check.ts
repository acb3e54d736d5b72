import type { ServiceBusClient } from "@azure/service-bus";
import type { Settings } from "../../shared/settings/settings.ts";
import type { ServiceHealth } from "../../shared/upkeep/health.ts";
import { once } from "../sdk/once.ts";
import type { QueueName } from "../service-bus/queues.ts";

/** How long a part may take to answer, in milliseconds. */
const TIMEOUT_MS = 5000;
const PEEKED_QUEUE: QueueName = "work-items";

/** Makes the check that asks the stores and the broker whether they answer. It keeps its link to the broker. */
export const makeHealthCheck = (
  settings: Settings,
  serviceBus: () => Promise<ServiceBusClient>,
): (() => Promise<readonly ServiceHealth[]>) => {
  const receiver = once(async () => (await serviceBus()).createReceiver(PEEKED_QUEUE));
  const checks: Record<string, () => Promise<unknown>> = {
    "Cosmos DB": () => settings.find("organisation", "organisation"),
    "Service Bus": async () => (await receiver()).peekMessages(1),
  };
  return () =>
    Promise.all(
      Object.entries(checks).map(async ([name, check]) => ({
        name,
        ok: await Promise.race([check().then(() => true), timeout()]).catch(() => false),
      })),
    );
};

const timeout = (): Promise<false> =>
  new Promise((resolve) => {
    setTimeout(() => resolve(false), TIMEOUT_MS).unref();
  });
