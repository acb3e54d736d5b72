import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { cut, listen } from "../loopback.ts";

export interface HttpRequest {
  readonly method: string;
  /** Path and query, exactly as they came. */
  readonly target: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type HttpReply =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** The connection is closed without an answer. */
  | { readonly kind: "drop-connection" }
  /** The connection stays open, and nothing ever comes. */
  | { readonly kind: "no-answer" };

type HttpHandler = (request: HttpRequest) => Promise<HttpReply>;

/** Enough for any text and any list of recipients. */
const MAX_BODY_BYTES = 1_048_576;

/** An answer with a JSON body. */
export const json = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): HttpReply => ({
  kind: "answer",
  status,
  headers: { "content-type": "application/json; charset=utf-8", ...headers },
  body: JSON.stringify(value),
});

/** Serves one handler on 127.0.0.1, and can be started and stopped again and again. */
export class HttpServer {
  readonly #handle: HttpHandler;
  readonly #log: (line: string) => void;
  #server: Server | undefined;

  constructor(handle: HttpHandler, log: (line: string) => void) {
    this.#handle = handle;
    this.#log = log;
  }

  /**
   * @param port - 0 takes any free one.
   * @returns the port.
   * @throws the system's error, such as EADDRINUSE, when the port cannot be had.
   */
  async start(port: number): Promise<number> {
    const server = createServer((request, response) => void this.#serve(request, response));
    const taken = await listen(server, port);
    this.#server = server;
    return taken;
  }

  /** Closes the port and every connection, answered or not. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server) await cut(server);
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const reply = await this.#handle(await received(incoming));
      if (reply.kind === "drop-connection") incoming.socket.destroy();
      if (reply.kind === "answer") response.writeHead(reply.status, reply.headers).end(reply.body);
    } catch (error) {
      this.#log(`${incoming.method} ${pathOf(incoming)} failed: ${error instanceof Error ? error.stack : error}`);
      if (response.headersSent) return;
      response.writeHead(error instanceof BodyTooLargeError ? 413 : 500, { connection: "close" }).end();
    }
  }
}

class BodyTooLargeError extends Error {}

const received = async (incoming: IncomingMessage): Promise<HttpRequest> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new BodyTooLargeError(`the body has more than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  const target = incoming.url ?? "/";
  return {
    method: incoming.method ?? "",
    target,
    path: pathOf(incoming),
    query: new URL(target, "http://localhost").searchParams,
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString("utf8"),
  };
};

/** The path alone: a query could hold a key, and must not get into a log. */
const pathOf = (incoming: IncomingMessage): string => (incoming.url ?? "/").split("?", 1)[0] ?? "/";
