import type { Clock } from "../../clock.ts";
import type { Carrier } from "../carrier.ts";
import { type CustomerText, refuseMedia } from "../customer-text.ts";
import type { Faults } from "../faults.ts";
import type { Webhooks } from "../webhooks.ts";
import type { TelesignAccount } from "./account.ts";
import { newReferenceId, referenceIdSchema, type TelesignMessage } from "./message.ts";
import { finalCode, statusOf } from "./status.ts";
import { TelesignNotices } from "./webhook-calls.ts";

export interface SendRequest {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly externalId: string | undefined;
  /** The account's own when undefined. */
  readonly callbackUrl: string | undefined;
}

/**
 * The texts of an account at TeleSign: takes them from both sides and tells the app's webhook. STOP it only passes on:
 * that it blocks nothing by itself is not certain; a report can be made to fail with 510, as if it did.
 */
export class Telesign {
  readonly #clock: Clock;
  readonly #carrier: Carrier;
  readonly #webhooks: Webhooks;
  readonly #notices: TelesignNotices;
  readonly #account: TelesignAccount;
  readonly #messages = new Map<string, TelesignMessage>();
  #callbackUrl: string | undefined;

  constructor(parts: { clock: Clock; faults: Faults; carrier: Carrier; webhooks: Webhooks; account: TelesignAccount }) {
    this.#clock = parts.clock;
    this.#carrier = parts.carrier;
    this.#webhooks = parts.webhooks;
    this.#notices = new TelesignNotices(parts);
    this.#account = parts.account;
    this.#callbackUrl = parts.account.callbackUrl;
  }

  /** As it is now. */
  get account(): TelesignAccount {
    return { ...this.#account, callbackUrl: this.#callbackUrl };
  }

  /** @param callbackUrl - where texts go from now on, and the reports of texts that name no URL of their own. */
  setCallback(callbackUrl: string): void {
    this.#callbackUrl = callbackUrl;
  }

  /** Takes a customer's text. Without a callback URL nobody hears of it. @returns its reference id. */
  receive(text: CustomerText): string {
    refuseMedia(text);
    const messageId = referenceIdSchema.parse(text.messageId ?? newReferenceId());
    if (this.#callbackUrl === undefined) return messageId;
    const notice = this.#notices.ofText({ ...text, messageId }, this.#callbackUrl, this.#clock.now());
    this.#webhooks.send(notice, [text.from, text.to]);
    return messageId;
  }

  get(referenceId: string): TelesignMessage | undefined {
    return this.#messages.get(referenceId);
  }

  send({ from, to, text, externalId, callbackUrl = this.#callbackUrl }: SendRequest): TelesignMessage {
    const messageId = newReferenceId();
    const now = this.#clock.now();
    const message: TelesignMessage = {
      messageId,
      from,
      to,
      text,
      externalId,
      submittedAt: now,
      status: statusOf(290, now),
    };
    this.#messages.set(messageId, message);
    const tell = (code: number, at: number) => {
      if (callbackUrl === undefined) return;
      this.#webhooks.send(this.#notices.ofReport(message, callbackUrl, statusOf(code, at)), [from, to]);
    };
    this.#carrier.send(
      { messageId, from, to, text },
      {
        onSent: () => {
          const at = this.#clock.now();
          if (message.status.code === 290) message.status = statusOf(203, at);
          tell(203, at);
        },
        onOutcome: ({ outcome, reportedAt }) => {
          message.status = statusOf(finalCode(outcome), reportedAt);
        },
        ...(callbackUrl !== undefined && {
          onReport: ({ outcome, reportedAt }) => tell(finalCode(outcome), reportedAt),
        }),
      },
    );
    return message;
  }
}
