import type { Now } from "../../../shared/kernel/instant.ts";
import type { Webhook, WebhookCall } from "../../../shared/sms/provider.ts";
import { parseJson } from "../http/parse-json.ts";
import { signedWebhook, type WebhookContent } from "../signed-webhook.ts";
import { RETRY_FRAGMENT, type TwilioAccount } from "./account.ts";
import { isSigned, queryOf } from "./signature.ts";

/** The query parameter of the callback address that carries the tag of a text back to us. */
const TAG = "tag";

/**
 * The address for the delivery reports of one text. A slash stays unescaped in the query (RFC 3986, 3.4), so that no
 * proxy rewrites the address that Twilio signs.
 */
export const statusCallbackOf = ({ webhookUrl }: TwilioAccount, tag: string): string =>
  `${webhookUrl}?${TAG}=${encodeURIComponent(tag).replaceAll("%2F", "/")}${RETRY_FRAGMENT}`;

/** Twilio's webhook: one address for texts and delivery reports. */
export const twilioWebhook = ({ authTokens }: TwilioAccount, now: Now): Webhook =>
  signedWebhook({
    now,
    // Empty TwiML: its content would be texted to the customer.
    response: { status: 200, contentType: "text/xml", body: "<Response/>" },
    isSigned: (call) => isSigned(call, authTokens),
    readContent,
  });

type Parameters = Readonly<Record<string, unknown>>;

const readContent = (call: WebhookCall): WebhookContent => {
  const parameters = parametersOf(call);
  const { MessageSid: sid, MessageStatus: status } = parameters;
  // Both kinds have an SmsStatus; only a report has a MessageStatus.
  const isReport = typeof status === "string";
  const tag = new URLSearchParams(queryOf(call.url)).get(TAG);
  const hasSid = typeof sid === "string" && sid !== "";
  return {
    source: isReport ? "sms-delivery-report" : "sms-received",
    // A text has one report for each status.
    id: hasSid ? [sid, ...(isReport ? [status] : [])].join(".") : undefined,
    fields: { ...(tag !== null && { tag }), parameters },
  };
};

const parametersOf = ({ headers, body }: WebhookCall): Parameters => {
  if (!/^application\/json\b/i.test(headers["content-type"] ?? "")) {
    return Object.fromEntries(new URLSearchParams(body));
  }
  const value = parseJson(body);
  return typeof value === "object" && value !== null ? { ...value } : {};
};
