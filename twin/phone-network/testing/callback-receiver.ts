import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

interface Callback {
  readonly headers: IncomingHttpHeaders;
  /** The URL as configured at the provider, without its fragment. */
  readonly url: string;
  readonly body: string;
}

type CannedResponse =
  | number
  | "never"
  | "hang-up"
  | { readonly status: number; readonly type: string; readonly body: string };

/** Stands in for an app's webhooks. Responds 200 with an empty TwiML by default. */
export class CallbackReceiver {
  /** The calls so far, oldest first. */
  readonly callbacks: Callback[] = [];
  readonly #responses: CannedResponse[] = [];
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  /** @returns the server's URL, without a slash at the end. */
  async start(): Promise<string> {
    await once(this.#server.listen(0, "127.0.0.1"), "listening");
    return this.#url;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server.close(), "close");
    this.#server.closeAllConnections();
    await closed;
  }

  /** Sets the responses to the next calls. */
  respondNext(...responses: CannedResponse[]): void {
    this.#responses.push(...responses);
  }

  /** The bodies of the calls as forms. */
  forms(): readonly Readonly<Record<string, string>>[] {
    return this.callbacks.map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
  }

  get #url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`; // an object, as it listens on a port
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.callbacks.push({ headers: request.headers, url: this.#url + request.url, body: await text(request) });
    const canned = this.#responses.shift() ?? { status: 200, type: "text/xml", body: "<Response/>" };
    if (canned === "never") return;
    if (canned === "hang-up") return void request.socket.destroy();
    if (typeof canned === "number") return void response.writeHead(canned).end();
    response.writeHead(canned.status, { "content-type": canned.type }).end(canned.body);
  }
}
