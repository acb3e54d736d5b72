import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import * as z from "zod";
import { LocalHttpServer } from "../../http/local-http-server.ts";

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
  readonly #server = new LocalHttpServer("The webhook", (request, response) => void this.#serve(request, response));

  /** @returns the webhook's URL. */
  async start(): Promise<string> {
    await this.#server.start(0);
    return `${this.#server.origin}/runtime/webhooks/eventgrid?functionName=sms-received&code=key`;
  }

  async stop(): Promise<void> {
    await this.#server.stop();
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
