import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { listen } from "../../loopback.ts";
import type { HostRequest, HostResponse } from "./http-messages.ts";
import { acceptMethodsInLowerCase, joinedHeaders, PARSER_LIMIT_BYTES, refusalOfHead } from "./request-head.ts";

/** Maximum size of a request body, in bytes. Source: FUNCTIONS_REQUEST_BODY_SIZE_LIMIT, 100 MB. */
const BODY_LIMIT_BYTES = 104_857_600;

/** Handles a request; `undefined` destroys the connection without a response. */
type Handler = (request: HostRequest) => Promise<HostResponse | undefined>;

/** The host's HTTP server, on 127.0.0.1 only. */
export class HttpListener {
  /** Without a trailing slash. */
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /**
   * Starts to listen.
   * @param port - 0 stands for any free port.
   * @throws Error with `code` EADDRINUSE when the port is in use.
   */
  static async listen(port: number, handle: Handler): Promise<HttpListener> {
    const server = createServer({ maxHeaderSize: PARSER_LIMIT_BYTES }, (incoming, outgoing) => {
      void respond(incoming, outgoing, async (request) => {
        const response = await handle(request);
        outgoing.shouldKeepAlive &&= server.listening; // a closing server waits for its connections
        return response;
      });
    });
    acceptMethodsInLowerCase(server);
    await listen(server, port);
    return new HttpListener(server);
  }

  /** Stops accepting connections. Resolves when all pending requests have a response. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Stops accepting connections and destroys the open ones. */
  async destroy(): Promise<void> {
    const closed = this.close();
    this.#server.closeAllConnections();
    await closed;
  }
}

const respond = async (incoming: IncomingMessage, outgoing: ServerResponse, handle: Handler): Promise<void> => {
  try {
    const refusal = refusalOfHead(incoming);
    const body = refusal ? undefined : await readBody(incoming);
    const response = body
      ? await handle(toRequest(incoming, body))
      : { status: refusal ?? 413, headers: { connection: "close" } };
    if (!response) {
      incoming.socket.destroy();
      return;
    }
    send(outgoing, response);
  } catch {
    // The client disconnected, or the app set invalid headers.
    if (!outgoing.headersSent) outgoing.writeHead(500).end();
  }
};

const send = (outgoing: ServerResponse, { status, headers, body = "" }: HostResponse): void => {
  const length = status === 204 || status === 304 ? {} : { "content-length": Buffer.byteLength(body) };
  outgoing.writeHead(status, { ...length, ...headers });
  outgoing.end(body);
};

/** @returns undefined when the body is too large. */
const readBody = async (incoming: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > BODY_LIMIT_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const toRequest = (incoming: IncomingMessage, body: Buffer): HostRequest => ({
  method: (incoming.method ?? "").toUpperCase(),
  url: new URL(`http://${incoming.headers.host ?? "localhost"}${incoming.url ?? "/"}`),
  headers: joinedHeaders(incoming),
  body,
});
