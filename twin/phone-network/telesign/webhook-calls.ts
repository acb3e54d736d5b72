import type { Text } from "../carrier.ts";
import type { Faults } from "../faults.ts";
import { withoutPlus } from "../phone-number.ts";
import type { Notice, RetryPolicy } from "../webhooks.ts";
import type { TelesignAccount } from "./account.ts";
import { classified } from "./keywords.ts";
import { reportOf, type TelesignMessage } from "./message.ts";
import { telesignSignature } from "./signature.ts";
import { statusOf, type TelesignStatus, timestamp } from "./status.ts";

/**
 * The waits after the first, second and third failed attempt, in milliseconds. An older page of TeleSign's says that
 * texts come three times at most, after 10 and 30 seconds.
 */
const WAITS_MS: readonly (number | undefined)[] = [5_000, 10_000, 15_000];

/** Source: TeleSign, callbacks: 200 and nothing else, within 5 seconds. */
const RETRY_POLICY: RetryPolicy = {
  accepts: (status) => status === 200,
  timeoutMs: () => 5_000,
  retryAfterMs: (attempts) => WAITS_MS[attempts - 1],
};

/** What a forger signs with. */
const STRANGE_KEY = Buffer.from("not the key of the account").toString("base64");

/** Makes the signed JSON posts that tell an app of a text, or of what became of one. */
export class TelesignNotices {
  readonly #faults: Faults;
  readonly #account: TelesignAccount;

  constructor(parts: { faults: Faults; account: TelesignAccount }) {
    this.#faults = parts.faults;
    this.#account = parts.account;
  }

  /** @param receivedAt - milliseconds since the Unix epoch. */
  ofText(text: Text, url: string, receivedAt: number): Notice {
    const body = (words: string) => ({
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
    return this.#notice("text", text, { url, body: body(text.text), tampered: body(`${text.text}!`) });
  }

  ofReport(message: TelesignMessage, url: string, status: TelesignStatus): Notice {
    const tampered = reportOf(message, { ...status, code: status.code === 200 ? 211 : 200 });
    return this.#notice("report", message, { url, body: reportOf(message, status), tampered });
  }

  #notice(
    about: Notice["about"],
    { messageId, from, to }: Text,
    { url, body, tampered }: { url: string; body: unknown; tampered: unknown },
  ): Notice {
    const fault = this.#faults.forEvent([from, to]).takeEffect(["forge", "tamper", "bare-signature"]);
    const { customerId, apiKey } = this.#account;
    const signature = telesignSignature(fault === "forge" ? STRANGE_KEY : apiKey, JSON.stringify(body));
    const authorization = `TSA ${customerId}:${signature}`;
    const headers = {
      "content-type": "application/json",
      authorization,
      "x-ts-authorization": fault === "bare-signature" ? signature : authorization,
    };
    const request = {
      url,
      method: "POST",
      headers,
      body: JSON.stringify(fault === "tamper" ? tampered : body),
    } as const;
    return { provider: "telesign", about, messageId, request, retryPolicy: RETRY_POLICY };
  }
}
