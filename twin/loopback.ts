import { once } from "node:events";
import type { Server as HttpServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";

/**
 * Has a server listen on 127.0.0.1 only.
 * @param port - 0 takes any free one.
 * @returns the port.
 * @throws the system's error, such as EADDRINUSE, when the port cannot be had.
 */
export const listen = async (server: Server, port: number): Promise<number> => {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port; // an object whenever a server listens on a port
};

/** Closes a server's port and cuts every connection, answered or not. */
export const cut = async (server: HttpServer): Promise<void> => {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
};

/** A port that is free now, to be known before anybody listens on it. */
export const freePort = async (): Promise<number> => {
  const server = createServer();
  const port = await listen(server, 0);
  server.close();
  await once(server, "close");
  return port;
};
