import type { ServiceBusClient } from "@azure/service-bus";
import { TransientError } from "../../shared/kernel/errors.ts";
import type { Settings } from "../../shared/settings/settings.ts";
import type { ServiceHealth } from "../../shared/upkeep/health.ts";
import { once } from "../sdk/once.ts";
import type { QueueName } from "../service-bus/queues.ts";
import { isServiceBusFault } from "../service-bus/service-bus-fault.ts";

const TIMEOUT_MS = 5000;
const PEEKED_QUEUE: QueueName = "work-items";

/** Makes the check. It keeps one connection to the broker open. */
export const makeHealthCheck = (
  settings: Settings,
  serviceBus: () => Promise<ServiceBusClient>,
): (() => Promise<readonly ServiceHealth[]>) => {
  const receiver = once(async () => (await serviceBus()).createReceiver(PEEKED_QUEUE));
  const checks: Record<string, () => Promise<unknown>> = {
    "Cosmos DB": () => settings.find("organisation", "organisation"),
    "Service Bus": async () => (await receiver()).peekMessages(1),
  };
  return () => Promise.all(Object.entries(checks).map(async ([name, check]) => ({ name, ok: await succeeds(check) })));
};

/** @returns false when the service fails or does not respond in time. A defect of the app is thrown. */
const succeeds = async (check: () => Promise<unknown>): Promise<boolean> => {
  try {
    return await Promise.race([check().then(() => true), timeout()]);
  } catch (cause) {
    if (cause instanceof TransientError || isServiceBusFault(cause)) return false;
    throw cause;
  }
};

const timeout = (): Promise<false> =>
  new Promise((resolve) => {
    setTimeout(() => resolve(false), TIMEOUT_MS).unref();
  });
