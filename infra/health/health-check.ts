import type { ServiceBusClient } from "@azure/service-bus";
import { TransientError } from "../../shared/kernel/errors.ts";
import { addSeconds, type Instant, type Now } from "../../shared/kernel/instant.ts";
import type { Ports } from "../../shared/kernel/ports.ts";
import type { Settings } from "../../shared/settings/settings.ts";
import type { Providers } from "../../shared/sms/provider.ts";
import type { ServiceHealth } from "../../shared/upkeep/health.ts";
import { once } from "../sdk/once.ts";
import type { QueueSenders } from "../service-bus/queue-senders.ts";
import { QUEUES, type QueueName } from "../service-bus/queues.ts";
import { isServiceBusFault } from "../service-bus/service-bus-fault.ts";

/** Limit for each check, in milliseconds. They run at the same time. */
const TIMEOUT_MS = 5000;
/** How long a result is remembered. The route is public, and a flood of requests must not become a flood of checks. */
const REMEMBERED_SECONDS = 5;

const QUEUE_NAMES = Object.keys(QUEUES) as QueueName[];

interface CheckedServices {
  readonly settings: Pick<Settings, "find">;
  readonly serviceBus: () => Promise<ServiceBusClient>;
  readonly senders: Pick<QueueSenders, "open">;
  readonly providers: Providers;
  /** Names of settings that should have come from the vault. */
  readonly unresolvedSettings: readonly string[];
  readonly now: Now;
}

type Check = () => Promise<unknown>;

/** Makes the check. It keeps a connection to each queue open. */
export const makeHealthCheck = (services: CheckedServices): Ports["health"] => {
  const { settings, providers, now } = services;
  const fixed: Readonly<Record<string, Check>> = {
    "Cosmos DB": () => settings.find("organisation", "organisation"),
    ...queueChecks(services),
    ...providerChecks(providers),
  };
  const vault = vaultHealth(services);
  let remembered: { readonly until: Instant; readonly checks: Promise<readonly ServiceHealth[]> } | undefined;
  return {
    check: (workflow) => {
      if (remembered && now() < remembered.until) return remembered.checks;
      const checks = Promise.all([
        ...Object.entries({ ...fixed, "Durable Functions": () => workflow.ping() }).map(run),
        vault,
      ]);
      remembered = { until: addSeconds(now(), REMEMBERED_SECONDS), checks };
      return checks;
    },
  };
};

/** A queue is up when the app may both receive from it and send to it. */
const queueChecks = ({ serviceBus, senders }: CheckedServices): Readonly<Record<string, Check>> =>
  Object.fromEntries(
    QUEUE_NAMES.map((queue) => {
      const receiver = once(async () => (await serviceBus()).createReceiver(queue));
      const check = () => Promise.all([receiver().then((open) => open.peekMessages(1)), senders.open(queue)]);
      return [`Service Bus queue ${queue}`, check];
    }),
  );

const providerChecks = (providers: Providers): Readonly<Record<string, Check>> =>
  Object.fromEntries(
    Object.entries(providers).flatMap(([name, provider]) => {
      const ping = provider?.ping?.bind(provider);
      return ping ? [[`Provider ${name}`, ping]] : [];
    }),
  );

const vaultHealth = ({ unresolvedSettings }: CheckedServices): ServiceHealth => {
  const name = "Key Vault references";
  if (unresolvedSettings.length === 0) return { name, ok: true };
  return { name, ok: false, reason: `not resolved: ${unresolvedSettings.join(", ")}` };
};

/** A defect of the app is thrown. */
const run = async ([name, check]: readonly [string, Check]): Promise<ServiceHealth> => {
  const timer = timeout();
  try {
    const isInTime = await Promise.race([check().then(() => true), timer.over]);
    return isInTime ? { name, ok: true } : { name, ok: false, reason: `no response in ${TIMEOUT_MS / 1000} seconds` };
  } catch (cause) {
    if (!(cause instanceof TransientError) && !isServiceBusFault(cause)) throw cause;
    return { name, ok: false, reason: "the request failed" };
  } finally {
    timer.clear();
  }
};

const timeout = () => {
  const { promise: over, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), TIMEOUT_MS);
  return { over, clear: () => clearTimeout(timer) };
};
