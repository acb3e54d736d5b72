import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import * as z from "zod";

const eventSchema = z.looseObject({ id: z.string(), data: z.record(z.string(), z.unknown()) });
const validationSchema = z.tuple([z.object({ data: z.object({ validationCode: z.string() }) })]);

interface Notification {
  readonly headers: IncomingHttpHeaders;
  /** Path and query. */
  readonly target: string;
  /** The parsed JSON body: an array in the Event Grid schema, an object for a CloudEvent. */
  readonly body: unknown;
  readonly event: z.output<typeof eventSchema>;
}

/** Stands in for the Event Grid webhook of a Functions host. */
export class WebhookReceiver {
  /** The notifications so far, oldest first. */
  readonly notifications: Notification[] = [];
  /** How to respond to the validation handshake. */
  handshake: "accept" | "accept-with-202" | "return-wrong-code" | "never-respond" = "accept";
  readonly #statuses: (number | "never")[] = [];
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  /** @returns the webhook's URL. */
  async start(): Promise<string> {
    await once(this.#server.listen(0, "127.0.0.1"), "listening");
    const { port } = this.#server.address() as AddressInfo; // an object whenever a server listens on a port
    return `http://127.0.0.1:${port}/runtime/webhooks/eventgrid?functionName=sms-received&code=key`;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server.close(), "close");
    this.#server.closeAllConnections();
    await closed;
  }

  /** Sets the statuses of the next responses; 202 follows. */
  respondNext(...statuses: (number | "never")[]): void {
    this.#statuses.push(...statuses);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    if (request.method === "OPTIONS") return this.#allowOrigin(request, response);
    const json: unknown = JSON.parse(body);
    if (request.headers["aeg-event-type"] === "SubscriptionValidation") return this.#validate(json, response);
    const event = eventSchema.parse(Array.isArray(json) ? json[0] : json);
    this.notifications.push({ headers: request.headers, target: request.url ?? "", body: json, event });
    const status = this.#statuses.shift() ?? 202;
    if (status !== "never") response.writeHead(status).end();
  }

  #allowOrigin(request: IncomingMessage, response: ServerResponse): void {
    if (this.handshake !== "accept") return void response.writeHead(200).end();
    response.writeHead(200, { "webhook-allowed-origin": request.headers["webhook-request-origin"] }).end();
  }

  #validate(json: unknown, response: ServerResponse): void {
    if (this.handshake === "never-respond") return;
    const [{ data }] = validationSchema.parse(json);
    const code = this.handshake === "return-wrong-code" ? "another" : data.validationCode;
    response.writeHead(this.handshake === "accept-with-202" ? 202 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify({ validationResponse: code }));
  }
}
