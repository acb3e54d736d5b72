import { createHash } from "node:crypto";
import type { Now } from "../../../shared/kernel/instant.ts";
import type { Webhook, WebhookCall, WebhookReading } from "../../../shared/sms/provider.ts";
import { RETRIES, type TwilioAccount } from "./account.ts";
import { isSigned, queryOf } from "./signature.ts";

/** In the query of the address for reports, so that a report tells the tag of the text that it is about. */
const TAG = "tag";

/**
 * Where Twilio reports what became of one text. A slash may stand in a query as it is (RFC 3986, 3.4), and does, so that
 * nobody on the way writes the address in another form than the signed one.
 */
export const statusCallbackOf = ({ webhookUrl }: TwilioAccount, tag: string): string =>
  `${webhookUrl}?${TAG}=${encodeURIComponent(tag).replaceAll("%2F", "/")}${RETRIES}`;

/** How Twilio calls us: one address for texts and reports. */
export class TwilioWebhook implements Webhook {
  /** TwiML that says nothing: what stands in it would be texted to the customer. */
  readonly response = { status: 200, contentType: "text/xml", body: "<Response/>" };
  readonly #account: TwilioAccount;
  readonly #now: Now;

  constructor(account: TwilioAccount, now: Now) {
    this.#account = account;
    this.#now = now;
  }

  read(call: WebhookCall): WebhookReading {
    if (!isSigned(call, this.#account.authTokens)) return { kind: "invalid-signature" };
    const parameters = parametersOf(call);
    // Both kinds have an SmsStatus; only a report has the other name for it.
    const isReport = typeof parameters.MessageStatus === "string";
    const tag = new URLSearchParams(queryOf(call.url)).get(TAG);
    return {
      kind: "valid",
      source: isReport ? "sms-delivery-report" : "sms-received",
      event: {
        id: idOf(call, parameters),
        receivedAt: this.#now(), // Twilio tells no time
        ...(tag !== null && { tag }),
        parameters,
      },
    };
  }
}

type Parameters = Readonly<Record<string, unknown>>;

const parametersOf = ({ headers, body }: WebhookCall): Parameters => {
  if (!/^application\/json\b/i.test(headers["content-type"] ?? ""))
    return Object.fromEntries(new URLSearchParams(body));
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
};

/** The same when a call comes again. A message has a report for each of its states. */
const idOf = ({ body }: WebhookCall, { MessageSid: sid, MessageStatus: status }: Parameters): string => {
  if (typeof sid !== "string" || sid === "") return createHash("sha256").update(body, "utf8").digest("hex");
  return typeof status === "string" ? `${sid}.${status}` : sid;
};
