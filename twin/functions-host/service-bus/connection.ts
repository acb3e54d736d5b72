import { RetryMode, type RetryOptions, ServiceBusClient } from "@azure/service-bus";
import type { AppSettings } from "../app-settings.ts";

/** Interval between attempts to reach the broker, in milliseconds. There is no last attempt. */
export const RETRY_INTERVAL_MS = 250;

const retryOptions: RetryOptions = { maxRetries: 0, retryDelayInMs: RETRY_INTERVAL_MS, mode: RetryMode.Fixed };

/**
 * Creates a client for the connection of a binding.
 * @param connection - the NAME of the app setting with a connection string, or of NAME__fullyQualifiedNamespace with a
 * host name.
 * @throws Error when both settings are missing.
 */
export const connect = async (connection: string, settings: AppSettings): Promise<ServiceBusClient> => {
  const connectionString = settings[connection];
  if (connectionString) return new ServiceBusClient(connectionString, { retryOptions });
  const namespace = settings[`${connection}__fullyQualifiedNamespace`];
  if (!namespace)
    throw new Error(`The app setting "${connection}" or "${connection}__fullyQualifiedNamespace" is missing.`);
  const { DefaultAzureCredential } = await import("@azure/identity");
  return new ServiceBusClient(namespace, new DefaultAzureCredential(), { retryOptions });
};
