import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";

/**
 * Makes a server listen on 127.0.0.1 only.
 * @param port - 0 stands for any free port.
 * @returns the port.
 * @throws the system's error, such as EADDRINUSE.
 */
export const listen = async (server: Server, port: number): Promise<number> => {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port; // an object whenever a server listens on a port
};

/** @returns a port that is free now, for settings that must name it before a server listens. */
export const freePort = async (): Promise<number> => {
  const server = createServer();
  const port = await listen(server, 0);
  server.close();
  await once(server, "close");
  return port;
};
