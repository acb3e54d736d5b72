import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { listen } from "../../loopback.ts";
import type { HostRequest, HostResponse } from "./http-messages.ts";

/** The largest body that the host takes, in bytes. Source: FUNCTIONS_REQUEST_BODY_SIZE_LIMIT, 100 MB. */
const BODY_LIMIT_BYTES = 104_857_600;

/** Answers a request; undefined means that no answer is ever sent and the connection is cut. */
type Handler = (request: HostRequest) => Promise<HostResponse | undefined>;

/** The host's HTTP server, on 127.0.0.1 only. */
export class HttpListener {
  /** Without a closing slash. */
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /**
   * Listens and resolves when it does.
   * @param port - 0 = any free one.
   * @throws Error with `code` EADDRINUSE when the port is taken.
   */
  static async listen(port: number, handle: Handler): Promise<HttpListener> {
    const server = createServer((incoming, outgoing) => {
      void answer(incoming, outgoing, async (request) => {
        const response = await handle(request);
        outgoing.shouldKeepAlive &&= server.listening; // a server that closes waits for its connections
        return response;
      });
    });
    await listen(server, port);
    return new HttpListener(server);
  }

  /** Takes no new connection and resolves when the requests under way have been answered. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Takes no new connection and cuts those there are. */
  async destroy(): Promise<void> {
    const closed = this.close();
    this.#server.closeAllConnections();
    await closed;
  }
}

const answer = async (incoming: IncomingMessage, outgoing: ServerResponse, handle: Handler): Promise<void> => {
  try {
    const body = await readBody(incoming);
    const response = body ? await handle(toRequest(incoming, body)) : { status: 413, headers: { connection: "close" } };
    if (!response) {
      incoming.socket.destroy();
      return;
    }
    send(outgoing, response);
  } catch {
    // The client went away, or the app's headers are not fit to be sent: there is nobody or nothing to answer with.
    if (!outgoing.headersSent) outgoing.writeHead(500).end();
  }
};

const send = (outgoing: ServerResponse, { status, headers, body = "" }: HostResponse): void => {
  const length = status === 204 || status === 304 ? {} : { "content-length": Buffer.byteLength(body) };
  outgoing.writeHead(status, { ...length, ...headers });
  outgoing.end(body);
};

/** The whole body; undefined when it is too large. */
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
  headers: Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(",") : (value ?? ""),
    ]),
  ),
  body,
});
