import type { Clock } from "../../clock.ts";
import type { WebhookResponse } from "../../webhooks/call-webhook.ts";
import type { Account } from "../account.ts";
import type { Carrier, Text } from "../carrier.ts";
import type { CustomerText } from "../customer-text.ts";
import type { Faults } from "../faults.ts";
import type { OptOuts } from "../opt-outs.ts";
import type { Webhooks } from "../webhooks.ts";
import type { TwilioAccount } from "./account.ts";
import { markReported, markSent, newSid, type Result, resultOf, sidSchema, type TwilioMessage } from "./message.ts";
import type { TwilioNumber } from "./number.ts";
import { policyOf } from "./opt-out-policy.ts";
import type { SendRequest } from "./send-request.ts";
import { repliesIn } from "./twiml.ts";
import { TwilioWebhookCalls } from "./webhook-calls.ts";

/** The messages of an account at Twilio: receives and sends texts, stores them, and calls the app's webhooks. */
export class TwilioMessages {
  readonly #clock: Clock;
  readonly #carrier: Carrier;
  readonly #optOuts: OptOuts;
  readonly #webhooks: Webhooks;
  readonly #calls: TwilioWebhookCalls;
  readonly #messages = new Map<string, TwilioMessage>();

  constructor(parts: {
    clock: Clock;
    faults: Faults;
    carrier: Carrier;
    optOuts: OptOuts;
    webhooks: Webhooks;
    account: Account<TwilioAccount>;
  }) {
    this.#clock = parts.clock;
    this.#carrier = parts.carrier;
    this.#optOuts = parts.optOuts;
    this.#webhooks = parts.webhooks;
    this.#calls = new TwilioWebhookCalls(parts);
  }

  /** All texts in both directions, oldest first. */
  list(): readonly TwilioMessage[] {
    return [...this.#messages.values()];
  }

  get(sid: string): TwilioMessage | undefined {
    return this.#messages.get(sid);
  }

  /** Receives a customer's text. Without a webhook it can only be listed. @returns its SID. */
  receive(text: CustomerText, number: TwilioNumber): string {
    const { media = [] } = text;
    const messageId = sidSchema.parse(text.messageId ?? newSid(media.length > 0 ? "MM" : "SM"));
    const message = this.#store({ ...text, messageId, media, direction: "inbound" }, "received");
    this.#carrier.applyPolicy(message, policyOf(number));
    if (number.smsUrl === undefined) return messageId;
    const call = this.#calls.forText(message, number.smsUrl, (response) => this.#reply(message, response));
    this.#webhooks.send(call, [message.from, message.to]);
    return messageId;
  }

  /** Whether Twilio itself refuses a text to a customer who opted out. For a toll-free number, the network blocks it. */
  isRefused(to: string, { number, type }: Pick<TwilioNumber, "number" | "type">): boolean {
    return type !== "toll-free" && this.#optOuts.isBlocked(number, to);
  }

  send({ to, from, body, statusCallback }: SendRequest): TwilioMessage {
    return this.#send({ messageId: newSid(), from, to, text: body }, "outbound-api", statusCallback);
  }

  #reply(received: TwilioMessage, response: WebhookResponse): void {
    for (const text of repliesIn(response)) {
      this.#send({ messageId: newSid(), from: received.to, to: received.from, text }, "outbound-reply", undefined);
    }
  }

  #send(text: Text, direction: "outbound-api" | "outbound-reply", statusCallback: string | undefined): TwilioMessage {
    const message = this.#store({ ...text, media: [], direction }, "queued");
    const report = (result: Result) => {
      if (statusCallback === undefined) return;
      this.#webhooks.send(this.#calls.forReport(message, statusCallback, result), [text.from, text.to]);
    };
    this.#carrier.send(text, {
      onSent: (outcome) => {
        if (resultOf(outcome).status === "failed") return;
        markSent(message, this.#clock.now());
        report({ status: "sent" });
      },
      onOutcome: (deliveryReport) => markReported(message, deliveryReport),
      ...(statusCallback !== undefined && { onReport: ({ outcome }) => report(resultOf(outcome)) }),
    });
    return message;
  }

  #store(text: Text & Pick<TwilioMessage, "media" | "direction">, status: TwilioMessage["status"]): TwilioMessage {
    const now = this.#clock.now();
    const { messageId, from, to, text: body, media, direction } = text;
    const times = { createdAt: now, updatedAt: now, ...(status === "received" && { sentAt: now }) };
    const message: TwilioMessage = { messageId, from, to, text: body, media, direction, status, ...times };
    this.#messages.set(messageId, message);
    return message;
  }
}
