import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { LocalHttpServer } from "../../http/local-http-server.ts";

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
  readonly #server = new LocalHttpServer("The webhook", (request, response) => void this.#serve(request, response));

  /** @returns the server's URL, without a slash at the end. */
  async start(): Promise<string> {
    await this.#server.start(0);
    return this.#server.origin;
  }

  async stop(): Promise<void> {
    await this.#server.stop();
  }

  /** Sets the responses to the next calls. */
  respondNext(...responses: CannedResponse[]): void {
    this.#responses.push(...responses);
  }

  /** The bodies of the calls as forms. */
  forms(): readonly Readonly<Record<string, string>>[] {
    return this.callbacks.map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = this.#server.origin + request.url;
    this.callbacks.push({ headers: request.headers, url, body: await text(request) });
    const canned = this.#responses.shift() ?? { status: 200, type: "text/xml", body: "<Response/>" };
    if (canned === "never") return;
    if (canned === "hang-up") return void request.socket.destroy();
    if (typeof canned === "number") return void response.writeHead(canned).end();
    response.writeHead(canned.status, { "content-type": canned.type }).end(canned.body);
  }
}
