import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { listen } from "../../loopback.ts";
import { ClientConnection, type FindEntity } from "./client-connection.ts";
import type { Connection, Container, ReceiverContext, SenderContext, Session } from "./rhea.ts";
import { avoidDelayedAcknowledgements, createContainer } from "./rhea-patches.ts";

const CONNECTION_OPTIONS = {
  max_frame_size: 64 * 1024, // as in the service
  tcp_no_delay: true,
  autoaccept: false,
  treat_modified_as_released: false,
};

/** Milliseconds until a connection is destroyed whose client does not close it. */
const CLOSE_TIMEOUT_MS = 1000;

/** Accepts AMQP connections on 127.0.0.1. A `ClientConnection` handles the links of one connection. */
export class AmqpServer {
  readonly #container: Container;
  readonly #findEntity: FindEntity;
  readonly #clients = new WeakMap<Connection, ClientConnection>();
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(findEntity: FindEntity) {
    this.#findEntity = findEntity;
    this.#container = createContainer("service-bus");
    this.#handleEvents();
  }

  /**
   * @param port - 0 picks a free port.
   * @returns the port.
   * @throws the system's EADDRINUSE when the port is taken.
   */
  async listen(port: number): Promise<number> {
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
      this.#container.create_connection(CONNECTION_OPTIONS).accept(socket);
    });
    const actualPort = await listen(server, port);
    this.#server = server;
    return actualPort;
  }

  /** Closes all connections and waits until the clients have closed them too. */
  async close(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = once(server, "close");
    server.close();
    await Promise.all([closed, ...Array.from(this.#sockets, closeSocket)]);
  }

  /** Breaks all connections without an AMQP close, as a network failure does. */
  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy(new Error("The connection was dropped."));
  }

  #handleEvents(): void {
    const container = this.#container;
    container.on("connection_open", ({ connection }: { connection: Connection }) => {
      this.#clients.set(connection, new ClientConnection(connection, this.#findEntity));
      avoidDelayedAcknowledgements(connection);
    });
    container.on("sender_open", (context: SenderContext) => this.#clientOf(context)?.openSender(context.sender));
    container.on("receiver_open", (context: ReceiverContext) =>
      this.#clientOf(context)?.openReceiver(context.receiver),
    );
    container.on("sender_close", (context: SenderContext) => this.#clientOf(context)?.closeSender(context.sender));
    container.on("session_close", (context: { connection: Connection; session: Session }) =>
      this.#clientOf(context)?.closeSession(context.session),
    );
    // Without a listener, rhea prints an error whenever a connection ends.
    container.on("disconnected", () => {});
    // A client that violates the protocol loses its connection. A warning is the only place to report why.
    container.on("protocol_error", (error: Error) => process.emitWarning(error));
    container.on("error", (error: Error) => process.emitWarning(error));
  }

  #clientOf({ connection }: { readonly connection: Connection }): ClientConnection | undefined {
    return this.#clients.get(connection);
  }
}

const closeSocket = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.once("close", () => resolve());
    socket.setTimeout(CLOSE_TIMEOUT_MS, () => socket.destroy());
    socket.end();
  });
