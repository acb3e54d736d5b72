import type { Account } from "../account.ts";
import type { Text } from "../carrier.ts";
import type { Faults } from "../faults.ts";
import { withoutPlus } from "../phone-number.ts";
import type { RetryPolicy, WebhookCall } from "../webhooks.ts";
import type { TelesignAccount } from "./account.ts";
import { classified } from "./keywords.ts";
import { reportOf, type TelesignMessage } from "./message.ts";
import { telesignSignature } from "./signature.ts";
import { statusOf, type TelesignStatus, timestamp } from "./status.ts";

/**
 * Delays after the first, second and third failed attempt, in milliseconds. Not certain: an older page of TeleSign says
 * that a text gets three attempts, after 10 and 30 seconds.
 */
const DELAYS_MS: readonly (number | undefined)[] = [5_000, 10_000, 15_000];

/** Source: TeleSign, callbacks: 200 is the only success, within 5 seconds. */
const RETRY_POLICY: RetryPolicy = {
  accepts: (status) => status === 200,
  timeoutMs: () => 5_000,
  retryAfterMs: (attempts) => DELAYS_MS[attempts - 1],
};

/** The key of a forged signature. */
const FOREIGN_KEY = Buffer.from("not the key of the account").toString("base64");

/** Makes the signed JSON posts with which TeleSign calls an app. */
export class TelesignWebhookCalls {
  readonly #faults: Faults;
  readonly #account: Account<TelesignAccount>;

  constructor(parts: { faults: Faults; account: Account<TelesignAccount> }) {
    this.#faults = parts.faults;
    this.#account = parts.account;
  }

  /** @param receivedAt - milliseconds since the Unix epoch. */
  forText(text: Text, url: string, receivedAt: number): WebhookCall {
    const bodyOf = (words: string) => ({
      reference_id: text.messageId,
      sub_resource: "mo_sms",
      submit_timestamp: timestamp(receivedAt),
      status: statusOf(1500, receivedAt),
      errors: {},
      user_response: {
        sender_id: withoutPlus(text.to),
        iso_country_code: "US",
        ...classified(words),
        phone_number: withoutPlus(text.from),
        mo_message: words,
        price: "0.01",
      },
    });
    return this.#call("text", text, { url, body: bodyOf(text.text), tampered: bodyOf(`${text.text}!`) });
  }

  forReport(message: TelesignMessage, url: string, status: TelesignStatus): WebhookCall {
    const tampered = reportOf(message, { ...status, code: status.code === 200 ? 211 : 200 });
    return this.#call("report", message, { url, body: reportOf(message, status), tampered });
  }

  /** @param content.tampered - the body that the fault "tamper" puts in after signing. */
  #call(
    about: WebhookCall["about"],
    { messageId, from, to }: Text,
    { url, body, tampered }: { url: string; body: unknown; tampered: unknown },
  ): WebhookCall {
    const fault = this.#faults.forEvent([from, to]).takeEffect(["forge", "tamper", "bare-signature"]);
    const { customerId, apiKey } = this.#account.settings;
    const signature = telesignSignature(fault === "forge" ? FOREIGN_KEY : apiKey, JSON.stringify(body));
    const authorization = `TSA ${customerId}:${signature}`;
    return {
      provider: "telesign",
      about,
      messageId,
      request: {
        url,
        method: "POST",
        headers: {
          "content-type": "application/json",
          authorization,
          "x-ts-authorization": fault === "bare-signature" ? signature : authorization,
        },
        body: JSON.stringify(fault === "tamper" ? tampered : body),
      },
      retryPolicy: RETRY_POLICY,
    };
  }
}
