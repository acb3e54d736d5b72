import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

interface Callback {
  readonly headers: IncomingHttpHeaders;
  /** The URL as it is configured at the provider, but for the fragment. */
  readonly url: string;
  readonly body: string;
}

type Answer = number | "never" | "hang-up" | { readonly status: number; readonly type: string; readonly body: string };

/** Plays an app's webhooks for Twilio and TeleSign, for tests. Answers 200 with an empty TwiML unless told otherwise. */
export class CallbackReceiver {
  /** What came, oldest first. */
  readonly callbacks: Callback[] = [];
  readonly #answers: Answer[] = [];
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  /** @returns the server's address, without a slash at the end. */
  async start(): Promise<string> {
    await once(this.#server.listen(0, "127.0.0.1"), "listening");
    return this.#address;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server.close(), "close");
    this.#server.closeAllConnections();
    await closed;
  }

  /** What to answer to the next callbacks. */
  answerNext(...answers: Answer[]): void {
    this.#answers.push(...answers);
  }

  /** The forms that came. */
  forms(): readonly Readonly<Record<string, string>>[] {
    return this.callbacks.map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
  }

  get #address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`; // an object, as it listens on a port
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.callbacks.push({ headers: request.headers, url: this.#address + request.url, body: await text(request) });
    const answer = this.#answers.shift() ?? { status: 200, type: "text/xml", body: "<Response/>" };
    if (answer === "never") return;
    if (answer === "hang-up") return void request.socket.destroy();
    if (typeof answer === "number") return void response.writeHead(answer).end();
    response.writeHead(answer.status, { "content-type": answer.type }).end(answer.body);
  }
}
