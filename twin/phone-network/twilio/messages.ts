import type { Clock } from "../../clock.ts";
import type { WebhookResponse } from "../../webhooks/call-webhook.ts";
import type { Carrier, Text } from "../carrier.ts";
import type { CustomerText } from "../customer-text.ts";
import type { Faults } from "../faults.ts";
import type { OptOuts } from "../opt-outs.ts";
import type { TwilioNumber } from "../owned-numbers.ts";
import type { Webhooks } from "../webhooks.ts";
import type { TwilioAccount } from "./account.ts";
import { markReported, markSent, newSid, type Result, resultOf, sidSchema, type TwilioMessage } from "./message.ts";
import { policyOf } from "./opt-out-policy.ts";
import type { SendRequest } from "./send-request.ts";
import { repliesIn } from "./twiml.ts";
import { TwilioNotices } from "./webhook-calls.ts";

/** The texts of an account at Twilio: takes them from both sides, keeps them, and tells the app's webhooks. */
export class Twilio {
  readonly #clock: Clock;
  readonly #carrier: Carrier;
  readonly #optOuts: OptOuts;
  readonly #webhooks: Webhooks;
  readonly #notices: TwilioNotices;
  readonly #messages = new Map<string, TwilioMessage>();

  constructor(parts: {
    clock: Clock;
    faults: Faults;
    carrier: Carrier;
    optOuts: OptOuts;
    webhooks: Webhooks;
    account: TwilioAccount;
  }) {
    this.#clock = parts.clock;
    this.#carrier = parts.carrier;
    this.#optOuts = parts.optOuts;
    this.#webhooks = parts.webhooks;
    this.#notices = new TwilioNotices(parts);
  }

  /** Every text that came or went, oldest first. */
  messages(): readonly TwilioMessage[] {
    return [...this.#messages.values()];
  }

  get(sid: string): TwilioMessage | undefined {
    return this.#messages.get(sid);
  }

  /** Takes a customer's text. Without a webhook it can only be listed. @returns its id. */
  receive(text: CustomerText, number: TwilioNumber): string {
    const { media = [] } = text;
    const messageId = sidSchema.parse(text.messageId ?? newSid(media.length > 0 ? "MM" : "SM"));
    const message = this.#keep({ ...text, messageId, media, direction: "inbound" }, "received");
    this.#carrier.applyPolicy(message, policyOf(number));
    if (number.smsUrl === undefined) return messageId;
    const notice = this.#notices.ofText(message, number.smsUrl, (answer) => this.#reply(message, answer));
    this.#webhooks.send(notice, [message.from, message.to]);
    return messageId;
  }

  /** Whether Twilio itself refuses a text, because the customer opted out of one of its long codes. */
  isRefused(to: string, number: TwilioNumber): boolean {
    return isBlockedByTwilio(number) && this.#optOuts.isBlocked(number.number, to);
  }

  send({ to, from, body, statusCallback }: SendRequest): TwilioMessage {
    return this.#send({ messageId: newSid(), from, to, text: body }, "outbound-api", statusCallback);
  }

  #reply(to: TwilioMessage, answer: WebhookResponse): void {
    for (const text of repliesIn(answer)) {
      this.#send({ messageId: newSid(), from: to.to, to: to.from, text }, "outbound-reply", undefined);
    }
  }

  #send(text: Text, direction: "outbound-api" | "outbound-reply", statusCallback: string | undefined): TwilioMessage {
    const message = this.#keep({ ...text, media: [], direction }, "queued");
    const tell = (result: Result) => {
      if (statusCallback === undefined) return;
      this.#webhooks.send(this.#notices.ofReport(message, statusCallback, result), [text.from, text.to]);
    };
    this.#carrier.send(text, {
      onSent: (outcome) => {
        if (resultOf(outcome).status === "failed") return;
        markSent(message, this.#clock.now());
        tell({ status: "sent" });
      },
      onOutcome: (report) => markReported(message, report),
      ...(statusCallback !== undefined && { onReport: ({ outcome }) => tell(resultOf(outcome)) }),
    });
    return message;
  }

  #keep(text: Text & Pick<TwilioMessage, "media" | "direction">, status: TwilioMessage["status"]): TwilioMessage {
    const now = this.#clock.now();
    const { messageId, from, to, text: body, media, direction } = text;
    const times = { createdAt: now, updatedAt: now, ...(status === "received" && { sentAt: now }) };
    const message: TwilioMessage = { messageId, from, to, text: body, media, direction, status, ...times };
    this.#messages.set(messageId, message);
    return message;
  }
}

/** For a toll-free number the network answers STOP and blocks, whatever its provider. */
const isBlockedByTwilio = ({ type }: TwilioNumber): boolean => type !== "toll-free";
