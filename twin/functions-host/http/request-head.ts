import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";

/** Kestrel's limits for the first line of a request and for all headers, in bytes. Source: `KestrelServerLimits`. */
const REQUEST_LINE_LIMIT_BYTES = 8_192;
const HEADERS_LIMIT_BYTES = 32_768;

/** The limit of Node's parser for both, in bytes: above Kestrel's, so that the host refuses a request as Kestrel does. */
export const PARSER_LIMIT_BYTES = 1_048_576;

/** The status with which Kestrel refuses a request because of the length of its head; undefined for any other request. */
export const refusalOfHead = (incoming: IncomingMessage): 414 | 431 | undefined => {
  const { method, url, httpVersion, rawHeaders } = incoming;
  const line = `${method} ${url} HTTP/${httpVersion}\r\n`;
  if (Buffer.byteLength(line) > REQUEST_LINE_LIMIT_BYTES) return 414;
  // A name and its value are followed by two characters each: ": " and a line break.
  const headersBytes = rawHeaders.reduce((sum, text) => sum + Buffer.byteLength(text, "latin1") + 2, 0);
  return headersBytes > HEADERS_LIMIT_BYTES ? 431 : undefined;
};

/** All values of each header, joined with a comma. By name in lower case. */
export const joinedHeaders = ({ headersDistinct }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(headersDistinct).map(([name, values = []]) => [name, values.join(",")]));

/**
 * Makes a server accept a method in lower case, which `fetch` sends for "patch". Kestrel and the host's routes accept it,
 * Node's parser does not.
 */
export const acceptMethodsInLowerCase = (server: Server): void => {
  const newest = new WeakMap<Socket, IncomingMessage>();
  server.on("request", (incoming) => newest.set(incoming.socket, incoming));
  server.on("connection", (socket) => {
    socket.on("data", () => {}); // With a listener, data reaches the parser through the event.
    socket.prependListener("data", (chunk: Buffer) => {
      const isBody = newest.get(socket)?.complete === false;
      const [method] = /^[a-z]+ /.exec(chunk.toString("latin1", 0, LONGEST_METHOD_BYTES)) ?? [];
      if (!isBody && method) chunk.write(method.toUpperCase(), "latin1");
    });
  });
};

/** Enough for any method and the space behind it. */
const LONGEST_METHOD_BYTES = 16;
