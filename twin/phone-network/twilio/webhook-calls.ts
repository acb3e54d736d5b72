import type { Account } from "../account.ts";
import type { Faults } from "../faults.ts";
import { encodeForm, type Form } from "../form.ts";
import { segment } from "../segments.ts";
import type { WebhookCall } from "../webhooks.ts";
import type { TwilioAccount } from "./account.ts";
import { requestedUrl, retryPolicyOf } from "./connection-overrides.ts";
import type { Result, TwilioMessage } from "./message.ts";
import { twilioSignature } from "./signature.ts";

const API_VERSION = "2010-04-01";
/** The token of a forged signature. */
const FOREIGN_TOKEN = "f".repeat(32);

/** Makes the signed form posts with which Twilio calls an app. */
export class TwilioWebhookCalls {
  readonly #faults: Faults;
  readonly #account: Account<TwilioAccount>;

  constructor(parts: { faults: Faults; account: Account<TwilioAccount> }) {
    this.#faults = parts.faults;
    this.#account = parts.account;
  }

  /** @param onAccepted - receives the response, which can contain TwiML. */
  forText(message: TwilioMessage, url: string, onAccepted: NonNullable<WebhookCall["onAccepted"]>): WebhookCall {
    const fields = {
      ToCountry: "US",
      FromCountry: "US",
      MessageSid: message.messageId,
      SmsSid: message.messageId,
      SmsMessageSid: message.messageId,
      AccountSid: this.#account.settings.accountSid,
      From: message.from,
      To: message.to,
      Body: message.text,
      NumMedia: String(message.media.length),
      ...mediaFields(message),
      NumSegments: String(segment(message.text).segmentCount),
      SmsStatus: "received",
      ApiVersion: API_VERSION,
      ...UNDOCUMENTED_FIELDS,
    };
    const tampered = { Body: `${message.text}!` };
    return { ...this.#call("text", message, { url, fields, tampered }), onAccepted };
  }

  forReport(message: TwilioMessage, url: string, { status, errorCode }: Result): WebhookCall {
    const fields = {
      MessageSid: message.messageId,
      SmsSid: message.messageId,
      MessageStatus: status,
      SmsStatus: status,
      ...(errorCode !== undefined && { ErrorCode: String(errorCode) }),
      To: message.to,
      From: message.from,
      AccountSid: this.#account.settings.accountSid,
      ApiVersion: API_VERSION,
    };
    const otherStatus = status === "delivered" ? "failed" : "delivered";
    const tampered = { MessageStatus: otherStatus, SmsStatus: otherStatus };
    return this.#call("report", message, { url, fields, tampered });
  }

  /** @param content.tampered - the fields that the fault "tamper" changes after signing. */
  #call(
    about: WebhookCall["about"],
    { messageId, from, to }: TwilioMessage,
    { url, fields, tampered }: { url: string; fields: Form; tampered: Form },
  ): WebhookCall {
    const fault = this.#faults.forEvent([from, to]).takeEffect(["forge", "tamper", "other-token"]);
    const signature = twilioSignature(this.#tokenFor(fault), requestedUrl(url), fields);
    const { contentType, body } = encodeForm(fault === "tamper" ? { ...fields, ...tampered } : fields);
    return {
      provider: "twilio",
      about,
      messageId,
      request: {
        url: requestedUrl(url),
        method: "POST",
        headers: { "content-type": contentType, "x-twilio-signature": signature, "user-agent": "TwilioProxy/1.1" },
        body,
      },
      retryPolicy: retryPolicyOf(url),
    };
  }

  #tokenFor(fault: string | undefined): string {
    const { authToken, secondaryAuthToken } = this.#account.settings;
    if (fault === "forge") return FOREIGN_TOKEN;
    return fault === "other-token" ? secondaryAuthToken : authToken;
  }
}

/** Twilio adds parameters without notice. A receiver must sign all of them, also an empty one. */
const UNDOCUMENTED_FIELDS = { TwinRoute: "twin route/1", TwinNote: "" };

const mediaFields = ({ media }: TwilioMessage): Form =>
  Object.fromEntries(
    media.flatMap(({ url, contentType }, index) => [
      [`MediaUrl${index}`, url],
      [`MediaContentType${index}`, contentType],
    ]),
  );
