import { once } from "node:events";
import type { AddressInfo, Server, Socket } from "node:net";
import { ClientConnection, type FindEntity } from "./client-connection.ts";
import type { Connection, Container, ReceiverContext, SenderContext, Session } from "./rhea.ts";
import { avoidDelayedAcknowledgements, createContainer } from "./rhea-patches.ts";

/** The only address that the twin listens on. */
const HOST = "127.0.0.1";

/** As the service has it. */
const MAX_FRAME_BYTES = 64 * 1024;

/** How long a client may take to see that its connection has ended, in milliseconds. */
const CLOSE_TIMEOUT_MS = 1000;

/** Listens for AMQP connections and hands their links to the `ClientConnection` they belong to. */
export class AmqpServer {
  readonly #container: Container;
  readonly #findEntity: FindEntity;
  readonly #clients = new WeakMap<Connection, ClientConnection>();
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(findEntity: FindEntity) {
    this.#findEntity = findEntity;
    this.#container = createContainer("service-bus");
    this.#listenToContainer();
  }

  /**
   * @param port - 0 takes any free one.
   * @returns the port it listens on.
   * @throws Error when the port is taken.
   */
  async listen(port: number): Promise<number> {
    const server = this.#container.listen({
      port,
      host: HOST,
      max_frame_size: MAX_FRAME_BYTES,
      tcp_no_delay: true,
      autoaccept: false,
      treat_modified_as_released: false,
    });
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    try {
      await once(server, "listening");
    } catch (cause) {
      throw new Error(`The Service Bus cannot listen on ${HOST}:${port}: ${describe(cause)}.`, { cause });
    }
    this.#server = server;
    return (server.address() as AddressInfo).port;
  }

  /** Ends all connections and waits until the clients know of it. */
  async close(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = once(server, "close");
    server.close();
    await Promise.all([closed, ...Array.from(this.#sockets, closeSocket)]);
  }

  /** Ends all connections at once, as a network does: without a word. */
  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy(new Error("The connection was dropped."));
  }

  #listenToContainer(): void {
    const container = this.#container;
    container.on("connection_open", ({ connection }: { connection: Connection }) => {
      this.#clients.set(connection, new ClientConnection(connection, this.#findEntity));
      avoidDelayedAcknowledgements(connection);
    });
    container.on("sender_open", (context: SenderContext) => this.#connectionOf(context)?.openSender(context.sender));
    container.on("receiver_open", (context: ReceiverContext) =>
      this.#connectionOf(context)?.openReceiver(context.receiver),
    );
    container.on("sender_close", (context: SenderContext) => this.#connectionOf(context)?.closeSender(context.sender));
    container.on("session_close", (context: { connection: Connection; session: Session }) =>
      this.#connectionOf(context)?.closeSession(context.session),
    );
    // rhea would print that a connection ended; here connections come and go.
    container.on("disconnected", () => {});
    // What a client does against the protocol ends its connection. Nobody waits for this error, so it is shown.
    container.on("protocol_error", (error: Error) => process.emitWarning(error));
    container.on("error", (error: Error) => process.emitWarning(error));
  }

  #connectionOf({ connection }: { readonly connection: Connection }): ClientConnection | undefined {
    return this.#clients.get(connection);
  }
}

const closeSocket = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.once("close", () => resolve());
    socket.setTimeout(CLOSE_TIMEOUT_MS, () => socket.destroy());
    socket.end();
  });

const describe = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause);
  return "code" in cause && cause.code === "EADDRINUSE" ? "the port is taken" : cause.message;
};
