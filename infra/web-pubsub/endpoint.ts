import type { Connection } from "../config/connection.ts";

/** `<name>=<value>`, separated by semicolons. Source: Azure Web PubSub, connection strings. */
const partOf = (connectionString: string, name: string): string | undefined =>
  new RegExp(`(?:^|;)${name}=([^;]+)`, "i").exec(connectionString)?.[1];

/** @returns undefined when the connection string lacks an endpoint or a key. */
export const endpointIn = (connectionString: string): URL | undefined => {
  const endpoint = URL.parse(partOf(connectionString, "Endpoint") ?? "");
  if (!endpoint || partOf(connectionString, "AccessKey") === undefined) return undefined;
  endpoint.port = partOf(connectionString, "Port") ?? endpoint.port;
  return endpoint;
};

/**
 * The address of the service.
 * @throws Error when the connection string lacks it, which the settings rule out.
 */
export const endpointOf = (connection: Connection): URL => {
  const endpoint =
    connection.kind === "identity" ? new URL(connection.endpoint) : endpointIn(connection.connectionString);
  if (!endpoint) throw new Error("the connection string of Web PubSub has no endpoint");
  return endpoint;
};

/** The origin of the WebSocket that a console opens. */
export const liveOriginOf = (connection: Connection | undefined): string | undefined => {
  if (!connection) return undefined;
  const { protocol, host } = endpointOf(connection);
  return `${protocol === "https:" ? "wss" : "ws"}://${host}`;
};

/** Whether only this machine can reach an address, so that it needs no encryption. */
export const isLoopback = ({ hostname }: URL): boolean => ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
