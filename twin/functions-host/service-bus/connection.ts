import { RetryMode, type RetryOptions, ServiceBusClient } from "@azure/service-bus";
import type { AppSettings } from "../app-settings.ts";

/** How long to wait before a broker that cannot be reached is tried again, for ever. In milliseconds. */
export const RETRY_PAUSE_MS = 250;

const retryOptions: RetryOptions = { maxRetries: 0, retryDelayInMs: RETRY_PAUSE_MS, mode: RetryMode.Fixed };

/**
 * A client for the connection that a binding names.
 * @param connection - NAME where the settings hold a connection string NAME, or a host name NAME__fullyQualifiedNamespace.
 * @throws Error when they hold neither.
 */
export const connect = async (connection: string, settings: AppSettings): Promise<ServiceBusClient> => {
  const connectionString = settings[connection];
  if (connectionString) return new ServiceBusClient(connectionString, { retryOptions });
  const namespace = settings[`${connection}__fullyQualifiedNamespace`];
  if (!namespace) throw new Error(`There is no setting "${connection}" or "${connection}__fullyQualifiedNamespace".`);
  const { DefaultAzureCredential } = await import("@azure/identity");
  return new ServiceBusClient(namespace, new DefaultAzureCredential(), { retryOptions });
};
