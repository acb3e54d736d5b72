import type { RetryOptions, ServiceBusClient } from "@azure/service-bus";
import type { Config } from "../config/config.ts";
import { credentialFor } from "../sdk/credential.ts";
import { once } from "../sdk/once.ts";

/** Short enough that a sender that waits for a response (Event Grid: 30 seconds) gets one. */
const RETRY = { maxRetries: 1, retryDelayInMs: 250, timeoutInMs: 8000 };

/** Connects at the first call. */
export const connectServiceBus = (
  { serviceBus, identityClientId }: Config,
  retryOptions: RetryOptions = RETRY,
): (() => Promise<ServiceBusClient>) =>
  once(async () => {
    const { ServiceBusClient } = await (await import("../sdk/sdks.ts")).serviceBus();
    const options = { retryOptions };
    return serviceBus.kind === "identity"
      ? new ServiceBusClient(serviceBus.endpoint, await credentialFor(identityClientId), options)
      : new ServiceBusClient(serviceBus.connectionString, options);
  });
