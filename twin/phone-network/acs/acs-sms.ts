import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { Clock } from "../../clock.ts";
import type { EventPublisher } from "../../event-grid/publisher.ts";
import { type HttpReply, type HttpRequest, json } from "../../http/server.ts";
import { parseJson } from "../../json-text.ts";
import type { Carrier, DeliveryReport } from "../carrier.ts";
import { type CustomerText, refuseMedia } from "../customer-text.ts";
import type { Faults } from "../faults.ts";
import { NETWORK_POLICY } from "../opt-outs.ts";
import type { OwnedNumbers } from "../owned-numbers.ts";
import { isRecipientNumber } from "../phone-number.ts";
import { FAULT_MESSAGE, type SendFaults } from "../send-faults.ts";
import { smsDeliveryReport, smsReceived } from "./events.ts";
import { hasSoundRepeatability, type Recipient, type SendRequest, sendRequestSchema } from "./send-request.ts";
import { accepted, refused, rejected, type SendResult } from "./send-result.ts";
import { findSignatureFault } from "./signature.ts";

/** The version that `@azure/communication-sms` 1.1.0 speaks. */
const API_VERSION = "2021-03-07";

/** The SMS side of an Azure Communication Services resource. */
export class AcsSms {
  readonly #clock: Clock;
  readonly #sendFaults: SendFaults;
  readonly #carrier: Carrier;
  readonly #numbers: OwnedNumbers;
  readonly #accessKey: Buffer;
  readonly #events: EventPublisher;
  readonly #faults: Faults;
  /** By repeatability id, for ever: for how long the service remembers is not documented. */
  readonly #accepted = new Map<string, { readonly content: string; readonly result: SendResult }>();

  constructor(parts: {
    clock: Clock;
    sendFaults: SendFaults;
    carrier: Carrier;
    numbers: OwnedNumbers;
    accessKey: Buffer;
    events: EventPublisher;
    faults: Faults;
  }) {
    this.#clock = parts.clock;
    this.#sendFaults = parts.sendFaults;
    this.#carrier = parts.carrier;
    this.#numbers = parts.numbers;
    this.#accessKey = parts.accessKey;
    this.#events = parts.events;
    this.#faults = parts.faults;
  }

  /** Takes a customer's text to a number of the resource. @returns its id, which is also that of the event. */
  receive(text: CustomerText): string {
    refuseMedia(text);
    const { messageId = `Incoming_${randomUUID()}` } = text;
    this.#carrier.applyPolicy({ ...text, messageId }, NETWORK_POLICY);
    const event = smsReceived({ ...text, messageId }, this.#clock.now());
    this.#events.publish(event, this.#faults.forEvent([text.from, text.to]));
    return messageId;
  }

  /** Serves `POST /sms`. */
  async handle(request: HttpRequest): Promise<HttpReply> {
    const signatureFault = findSignatureFault(request, this.#accessKey, this.#clock.now());
    if (signatureFault) return refusal(401, "Denied", signatureFault);
    if (request.method !== "POST") return refusal(405, "MethodNotAllowed", "Use POST.");
    if (request.query.get("api-version") !== API_VERSION) {
      return refusal(400, "UnsupportedApiVersion", `Use api-version=${API_VERSION}, the only one that is spoken here.`);
    }
    const body = sendRequestSchema.safeParse(parseJson(request.body));
    if (!body.success) return validationFailure(body.error);
    // How the service refuses a number of somebody else's is not documented
    const isOwn = this.#numbers.get(body.data.from).provider === "acs";
    return isOwn ? this.#serve(body.data) : refusal(400, "BadRequest", "The From number is not the resource's.");
  }

  #serve(request: SendRequest): Promise<HttpReply> {
    return this.#sendFaults.serve([request.from, ...request.smsRecipients.map(({ to }) => to)], {
      send: () => json(202, { value: request.smsRecipients.map((recipient) => this.#sendTo(recipient, request)) }),
      fail: (status, headers) => refusal(status, REFUSAL_CODES[status], FAULT_MESSAGE, headers),
    });
  }

  #sendTo(recipient: Recipient, request: SendRequest): SendResult {
    const { to, repeatabilityRequestId: id } = recipient;
    if (!hasSoundRepeatability(recipient)) {
      return rejected(to, "Invalid repeatabilityRequestId or repeatabilityFirstSent.");
    }
    if (!isRecipientNumber(to)) return refused(to, 400, "Invalid To phone number format.");

    const content = JSON.stringify([request.from, to, request.message]);
    const before = id === undefined ? undefined : this.#accepted.get(id);
    if (before?.content === content) return before.result;
    if (before) return rejected(to, "repeatabilityRequestId was used for another text.");

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

const REFUSAL_CODES = {
  400: "BadRequest",
  401: "Denied",
  429: "TooManyRequests",
  500: "InternalServerError",
  503: "ServiceUnavailable",
} as const;

const refusal = (status: number, code: string, message: string, headers?: Readonly<Record<string, string>>) =>
  json(status, { error: { code, message } }, headers);

/** The service lists what is wrong by field. */
const validationFailure = (error: z.ZodError): HttpReply => {
  const errors: Record<string, string[]> = {};
  for (const issue of error.issues) {
    const field = z.core.toDotPath(issue.path);
    errors[field] = [...(errors[field] ?? []), issue.message];
  }
  return json(400, { title: "One or more validation errors occurred.", status: 400, errors });
};
