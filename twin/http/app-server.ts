import { createServer, type Server } from "node:http";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { cut, listen } from "../loopback.ts";

/** Gives handlers Node's request and response, for what the web standard hides: the exact target and the socket. */
export interface NodeEnv {
  readonly Bindings: HttpBindings;
}

export type NodeContext = Context<NodeEnv>;
export type HttpApp = Hono<NodeEnv>;

/** Enough for any text and any list of recipients. */
const MAX_BODY_BYTES = 1_048_576;

/** Serves apps on 127.0.0.1, and can be started and stopped repeatedly. */
export class HttpServer {
  readonly #app = new Hono<NodeEnv>();
  #server: Server | undefined;

  /**
   * @param apps - the first one with a matching route serves a request.
   * @param log - receives a line for each request that fails by a defect: with its path, and without its query, which
   * can hold a key.
   */
  constructor(apps: readonly HttpApp[], log: (line: string) => void) {
    this.#app.use(async (c, next) =>
      Number(c.req.header("content-length")) > MAX_BODY_BYTES ? c.body(null, 413) : next(),
    );
    for (const app of apps) this.#app.route("/", app);
    this.#app.onError((error, c) => {
      log(`${c.req.method} ${c.req.path} failed: ${error.stack}`);
      return c.body(null, 500);
    });
  }

  /**
   * @param port - 0 for any free port.
   * @returns the port.
   * @throws the system's error, such as EADDRINUSE, when the port is not available.
   */
  async start(port: number): Promise<number> {
    // The globals stay as they are: other parts of the process use them
    const listener = getRequestListener(this.#app.fetch, { overrideGlobalObjects: false });
    const server = createServer((request, response) => void listener(request, response));
    server.keepAliveTimeout = 0; // otherwise an idle connection can close just when the client sends a request
    const boundPort = await listen(server, port);
    this.#server = server;
    return boundPort;
  }

  /** Closes the port and every connection, with or without a response. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server) await cut(server);
  }
}
