import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { Duplex } from "node:stream";
import { listen } from "../loopback.ts";

/** Takes over the connection of a request that asks for another protocol, such as WebSocket. */
export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** An HTTP server on 127.0.0.1 that can be stopped and started again. */
export class LocalHttpServer {
  /** Without it, a request for another protocol is served as any other. Its connections are not closed by `stop`. */
  onUpgrade: UpgradeListener | undefined;
  readonly #name: string;
  readonly #listener: RequestListener;
  #server: Server | undefined;
  #origin: string | undefined;

  /** @param name - names the server in error messages. */
  constructor(name: string, listener: RequestListener) {
    this.#name = name;
    this.#listener = listener;
  }

  /**
   * Listens on 127.0.0.1.
   * @param port - 0 picks a free port.
   * @throws the system's EADDRINUSE when the port is taken.
   */
  async start(port: number): Promise<void> {
    const server = createServer(this.#listener);
    if (this.onUpgrade) server.on("upgrade", this.onUpgrade);
    server.keepAliveTimeout = 0; // otherwise an idle connection may close just as the client sends a request
    this.#origin = `http://127.0.0.1:${await listen(server, port)}`;
    this.#server = server;
  }

  /** Stops listening and closes all connections, including those with a pending request. Waits for upgraded ones. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  }

  /** `http://127.0.0.1:PORT`; stays the same while the server is stopped. Throws before the first start. */
  get origin(): string {
    if (this.#origin === undefined) throw new Error(`${this.#name} has not been started`);
    return this.#origin;
  }
}
