import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import * as z from "zod";
import type { Clock } from "../../clock.ts";
import type { EventPublisher } from "../../event-grid/publisher.ts";
import type { HttpApp, NodeContext, NodeEnv } from "../../http/app-server.ts";
import { parseJson } from "../../json-text.ts";
import type { Account } from "../account.ts";
import type { Carrier, DeliveryReport } from "../carrier.ts";
import { type CustomerText, refuseMedia } from "../customer-text.ts";
import type { Faults } from "../faults.ts";
import { NETWORK_POLICY } from "../opt-outs.ts";
import type { OwnedNumbers } from "../owned-numbers.ts";
import { isRecipientNumber } from "../phone-number.ts";
import { FAULT_MESSAGE, type SendFaults } from "../send-faults.ts";
import type { AcsAccount } from "./account.ts";
import { smsDeliveryReport, smsReceived } from "./events.ts";
import { isRepeatabilityValid, type Recipient, type SendRequest, sendRequestSchema } from "./send-request.ts";
import { accepted, refused, rejected, type SendResult } from "./send-result.ts";
import { findSignatureProblem } from "./signature.ts";

/** The version that `@azure/communication-sms` 1.1.0 uses. */
const API_VERSION = "2021-03-07";

/** The SMS part of an Azure Communication Services resource. */
export class AcsSms {
  readonly #clock: Clock;
  readonly #faults: Faults;
  readonly #sendFaults: SendFaults;
  readonly #carrier: Carrier;
  readonly #numbers: OwnedNumbers;
  readonly #account: Account<AcsAccount>;
  readonly #events: EventPublisher;
  /** By repeatability id, without an end: how long the service remembers is not documented. */
  readonly #accepted = new Map<string, { readonly content: string; readonly result: SendResult }>();

  constructor(parts: {
    clock: Clock;
    faults: Faults;
    sendFaults: SendFaults;
    carrier: Carrier;
    numbers: OwnedNumbers;
    account: Account<AcsAccount>;
    events: EventPublisher;
  }) {
    this.#clock = parts.clock;
    this.#faults = parts.faults;
    this.#sendFaults = parts.sendFaults;
    this.#carrier = parts.carrier;
    this.#numbers = parts.numbers;
    this.#account = parts.account;
    this.#events = parts.events;
  }

  /** Receives a customer's text to a number of the resource. @returns its id, which is also the id of its event. */
  receive(text: CustomerText): string {
    refuseMedia(text);
    const { messageId = `Incoming_${randomUUID()}` } = text;
    this.#carrier.applyPolicy({ ...text, messageId }, NETWORK_POLICY);
    const event = smsReceived({ ...text, messageId }, this.#clock.now());
    this.#events.publish(event, this.#faults.forEvent([text.from, text.to]));
    return messageId;
  }

  makeApp(): HttpApp {
    const app = new Hono<NodeEnv>();
    app.all("/sms", (c) => this.#handle(c));
    return app;
  }

  async #handle(c: NodeContext): Promise<Response> {
    const { method = "", url: target = "" } = c.env.incoming;
    const body = await c.req.text();
    const request = { method, target, headers: c.req.raw.headers, body };
    const accessKey = Buffer.from(this.#account.settings.accessKey, "base64");
    const signatureProblem = findSignatureProblem(request, accessKey, this.#clock.now());
    if (signatureProblem) return errorResponse(401, "Denied", { message: signatureProblem });
    if (method !== "POST") return errorResponse(405, "MethodNotAllowed", { message: "Use POST." });
    if (c.req.query("api-version") !== API_VERSION) {
      const message = `The twin supports api-version=${API_VERSION} only.`;
      return errorResponse(400, "UnsupportedApiVersion", { message });
    }
    const parsed = sendRequestSchema.safeParse(parseJson(body));
    return parsed.success ? this.#serve(c, parsed.data) : validationFailure(parsed.error);
  }

  async #serve(c: NodeContext, request: SendRequest): Promise<Response> {
    if (this.#numbers.get(request.from).provider !== "acs") {
      // The service's own error for such a number is not documented
      return errorResponse(400, "BadRequest", { message: "The From number is not the resource's." });
    }
    return this.#sendFaults.serve(c, {
      parties: [request.from, ...request.smsRecipients.map(({ to }) => to)],
      send: () => {
        const value = request.smsRecipients.map((recipient) => this.#sendTo(recipient, request));
        return Response.json({ value }, { status: 202 });
      },
      fail: (status, headers) => errorResponse(status, ERROR_CODES[status], { message: FAULT_MESSAGE, headers }),
    });
  }

  #sendTo(recipient: Recipient, request: SendRequest): SendResult {
    const { to, repeatabilityRequestId: id } = recipient;
    if (!isRepeatabilityValid(recipient)) {
      return rejected(to, "Invalid repeatabilityRequestId or repeatabilityFirstSent.");
    }
    if (!isRecipientNumber(to)) return refused(to, 400, "Invalid To phone number format.");

    const content = JSON.stringify([request.from, to, request.message]);
    const earlier = id === undefined ? undefined : this.#accepted.get(id);
    if (earlier?.content === content) return earlier.result;
    if (earlier) return rejected(to, "repeatabilityRequestId was used for another text.");

    const fault = this.#sendFaults.takeRefusal([request.from, to]);
    if (fault) return refused(to, fault.httpStatusCode, fault.errorMessage);

    const result = accepted(to, this.#send(to, request), id !== undefined);
    if (id !== undefined) this.#accepted.set(id, { content, result });
    return result;
  }

  #send(to: string, { from, message, smsSendOptions }: SendRequest): string {
    const messageId = `Outgoing_${randomUUID()}`;
    const onReport = (report: DeliveryReport) =>
      this.#events.publish(smsDeliveryReport(report, smsSendOptions?.tag), this.#faults.forEvent([from, to]));
    const listener = smsSendOptions?.enableDeliveryReport ? { onReport } : {};
    this.#carrier.send({ messageId, from, to, text: message }, listener);
    return messageId;
  }
}

const ERROR_CODES = {
  400: "BadRequest",
  401: "Denied",
  429: "TooManyRequests",
  500: "InternalServerError",
  503: "ServiceUnavailable",
} as const;

const errorResponse = (
  status: number,
  code: string,
  { message, headers = {} }: { message: string; headers?: Readonly<Record<string, string>> },
): Response => Response.json({ error: { code, message } }, { status, headers });

/** The service lists validation errors by member of the body. */
const validationFailure = (error: z.ZodError): Response => {
  const errors: Record<string, string[]> = {};
  for (const issue of error.issues) {
    const member = z.core.toDotPath(issue.path);
    errors[member] = [...(errors[member] ?? []), issue.message];
  }
  return Response.json({ title: "One or more validation errors occurred.", status: 400, errors }, { status: 400 });
};
