import type { Clock } from "../../clock.ts";
import type { Account } from "../account.ts";
import type { Carrier, SendListener } from "../carrier.ts";
import { type CustomerText, refuseMedia } from "../customer-text.ts";
import type { Faults } from "../faults.ts";
import type { Webhooks } from "../webhooks.ts";
import type { TelesignAccount } from "./account.ts";
import { newReferenceId, referenceIdSchema, type TelesignMessage } from "./message.ts";
import type { SendRequest } from "./send-request.ts";
import { finalCode, statusOf } from "./status.ts";
import { TelesignWebhookCalls } from "./webhook-calls.ts";

/**
 * The messages of an account at TeleSign: receives and sends texts, and calls the app's webhook. Not certain: that STOP
 * blocks nothing at TeleSign. A fault can make a report fail with 510, as if it did.
 */
export class TelesignMessages {
  readonly #clock: Clock;
  readonly #carrier: Carrier;
  readonly #webhooks: Webhooks;
  readonly #calls: TelesignWebhookCalls;
  readonly #account: Account<TelesignAccount>;
  readonly #messages = new Map<string, TelesignMessage>();

  constructor(parts: {
    clock: Clock;
    faults: Faults;
    carrier: Carrier;
    webhooks: Webhooks;
    account: Account<TelesignAccount>;
  }) {
    this.#clock = parts.clock;
    this.#carrier = parts.carrier;
    this.#webhooks = parts.webhooks;
    this.#calls = new TelesignWebhookCalls(parts);
    this.#account = parts.account;
  }

  get(referenceId: string): TelesignMessage | undefined {
    return this.#messages.get(referenceId);
  }

  /** Receives a customer's text. Without a callback URL it is lost. @returns its reference id. */
  receive(text: CustomerText): string {
    refuseMedia(text);
    const messageId = referenceIdSchema.parse(text.messageId ?? newReferenceId());
    const { callbackUrl } = this.#account.settings;
    if (callbackUrl === undefined) return messageId;
    const call = this.#calls.forText({ ...text, messageId }, callbackUrl, this.#clock.now());
    this.#webhooks.send(call, [text.from, text.to]);
    return messageId;
  }

  send({ from, to, text, externalId, callbackUrl }: SendRequest): TelesignMessage {
    const now = this.#clock.now();
    const message: TelesignMessage = {
      messageId: newReferenceId(),
      from,
      to,
      text,
      externalId,
      submittedAt: now,
      status: statusOf(290, now),
    };
    this.#messages.set(message.messageId, message);
    const { messageId } = message;
    const listener = this.#listenerFor(message, callbackUrl ?? this.#account.settings.callbackUrl);
    this.#carrier.send({ messageId, from, to, text }, listener);
    return message;
  }

  #listenerFor(message: TelesignMessage, callbackUrl: string | undefined): SendListener {
    const report = (code: number, at: number) => {
      if (callbackUrl === undefined) return;
      const call = this.#calls.forReport(message, callbackUrl, statusOf(code, at));
      this.#webhooks.send(call, [message.from, message.to]);
    };
    return {
      onSent: () => {
        const at = this.#clock.now();
        if (message.status.code === 290) message.status = statusOf(203, at);
        report(203, at);
      },
      onOutcome: ({ outcome, reportedAt }) => {
        message.status = statusOf(finalCode(outcome), reportedAt);
      },
      ...(callbackUrl !== undefined && {
        onReport: ({ outcome, reportedAt }) => report(finalCode(outcome), reportedAt),
      }),
    };
  }
}
