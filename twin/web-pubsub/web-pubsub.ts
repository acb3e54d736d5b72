import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Clock } from "../clock.ts";
import { apiOf } from "../http/api.ts";
import { makeAppServer } from "../http/app-server.ts";
import type { LocalHttpServer } from "../http/local-http-server.ts";
import { Connection, JSON_SUBPROTOCOL } from "./connection.ts";
import { Faults } from "./faults.ts";
import { restApi } from "./rest-api.ts";
import { type ClientClaims, Tokens } from "./tokens.ts";

/** Protects nothing: the twin is for development and tests. */
const ACCESS_KEY = "azure-twin-web-pubsub-access-key-not-a-secret";
const CLIENT_PATH = /^\/client\/hubs\/(\w+)$/;

export interface WebPubSubOptions {
  readonly clock: Clock;
  /** Receives a line for each request that fails by a defect. */
  readonly log?: (line: string) => void;
}

/**
 * An Azure Web PubSub service: `@azure/web-pubsub` sends by its REST API, and browsers receive by WebSocket. Nothing is
 * kept for a client that is not connected.
 */
export class WebPubSub {
  readonly faults = new Faults();
  readonly #clock: Clock;
  readonly #tokens: Tokens;
  readonly #connections = new Set<Connection>();
  readonly #server: LocalHttpServer;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: () => JSON_SUBPROTOCOL,
  });
  #requests = 0;

  constructor({ clock, log = () => {} }: WebPubSubOptions) {
    this.#clock = clock;
    this.#tokens = new Tokens(clock, ACCESS_KEY);
    const rest = restApi({
      tokens: this.#tokens,
      faults: this.faults,
      connections: this.#connections,
      countRequest: (change) => {
        this.#requests += change;
      },
      origin: () => this.url,
    });
    const guide = apiOf([{ method: "GET", path: "/", summary: "this text", handle: (c) => c.text(this.#guide()) }]);
    this.#server = makeAppServer("Web PubSub", [rest, guide], log);
    this.#server.onUpgrade = (request, socket, head) => {
      this.#connect(request, socket, head).catch((error: unknown) => {
        log(`a connection failed: ${String(error)}`);
        socket.destroy();
      });
    };
  }

  /**
   * Listens on 127.0.0.1.
   * @param port - 0 picks a free port.
   * @throws the system's EADDRINUSE when the port is taken.
   */
  async start(port: number): Promise<void> {
    await this.#server.start(port);
  }

  /** Stops listening and breaks all connections. */
  async stop(): Promise<void> {
    const stopped = this.#server.stop();
    this.dropConnections();
    await stopped;
  }

  /** `http://127.0.0.1:PORT`. Throws before the first start. */
  get url(): string {
    return this.#server.origin;
  }

  /** The connection string of the service. Throws before the first start. */
  get connectionString(): string {
    return `Endpoint=${this.url};AccessKey=${ACCESS_KEY};Version=1.0;`;
  }

  /** The user ids of all connections; undefined for a connection without a user. */
  get connectedUsers(): readonly (string | undefined)[] {
    return [...this.#connections].map(({ userId }) => userId);
  }

  /** Breaks all connections of clients without closing them. */
  dropConnections(): void {
    for (const connection of this.#connections) connection.drop();
  }

  /** Whether every request has a response, and every message has left. Requests that hang by a fault do not count. */
  isIdle(): boolean {
    return this.#requests === 0 && [...this.#connections].every(({ isFlushed }) => isFlushed);
  }

  async #connect(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "", this.url);
    const hub = CLIENT_PATH.exec(pathname)?.[1];
    if (hub === undefined) return refuse(socket, "404 Not Found");
    if (this.faults.refuseConnections) return refuse(socket, "503 Service Unavailable");
    if (!isSupported(request.headers["sec-websocket-protocol"])) return refuse(socket, "400 Bad Request");
    const claims = await this.#tokens.client(searchParams.get("access_token") ?? "", `${this.url}${pathname}`);
    if (!claims) return refuse(socket, "401 Unauthorized");
    this.#sockets.handleUpgrade(request, socket, head, (accepted) => this.#accept(accepted, hub, claims));
  }

  #accept(socket: WebSocket, hub: string, claims: ClientClaims): void {
    const connection = new Connection(socket, {
      hub,
      claims,
      toGroup: (group, message) => {
        for (const other of this.#connections) {
          if (other.hub === hub && other.groups.has(group)) other.deliver(message);
        }
      },
    });
    this.#connections.add(connection);
    const cancelExpiry = this.#clock.after(claims.expiresAt - this.#clock.now(), () => {
      if (this.faults.closeExpiredConnections) connection.close("The access token has expired.");
    });
    const ended = () => {
      cancelExpiry();
      this.#connections.delete(connection);
    };
    once(socket, "close").then(ended, ended);
  }

  #guide(): string {
    return [
      "Azure Web PubSub. An app sends messages with @azure/web-pubsub and this connection string:",
      "",
      this.connectionString,
      "",
      `Clients connect to ${this.url.replace("http", "ws")}/client/hubs/{hub} with the token that the app gives them,`,
      `with the subprotocol ${JSON_SUBPROTOCOL} or without one.`,
      "",
    ].join("\n");
  }
}

/** Whether a client requests no subprotocol, or the only one that the twin has. */
const isSupported = (protocols: string | undefined): boolean =>
  protocols === undefined || protocols.split(",").every((protocol) => protocol.trim() === JSON_SUBPROTOCOL);

const refuse = (socket: Duplex, status: string): void => {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
};
