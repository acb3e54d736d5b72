import type { Faults } from "../faults.ts";
import { encodeForm } from "../form.ts";
import { segment } from "../segments.ts";
import type { Notice } from "../webhooks.ts";
import type { TwilioAccount } from "./account.ts";
import { requestedUrl, retryPolicyOf } from "./connection-overrides.ts";
import type { Result, TwilioMessage } from "./message.ts";
import { twilioSignature } from "./signature.ts";

const API_VERSION = "2010-04-01";
/** What a forger signs with. */
const STRANGE_TOKEN = "f".repeat(32);

type Fields = Readonly<Record<string, string>>;

/** Makes the signed form posts that tell an app of a text, or of what became of one. */
export class TwilioNotices {
  readonly #faults: Faults;
  readonly #account: TwilioAccount;

  constructor(parts: { faults: Faults; account: TwilioAccount }) {
    this.#faults = parts.faults;
    this.#account = parts.account;
  }

  /** @param onAccepted - told of the answer, which may be TwiML. */
  ofText(message: TwilioMessage, url: string, onAccepted: NonNullable<Notice["onAccepted"]>): Notice {
    const fields = {
      ToCountry: "US",
      FromCountry: "US",
      MessageSid: message.messageId,
      SmsSid: message.messageId,
      SmsMessageSid: message.messageId,
      AccountSid: this.#account.accountSid,
      From: message.from,
      To: message.to,
      Body: message.text,
      NumMedia: String(message.media.length),
      ...mediaFields(message),
      NumSegments: String(segment(message.text).segmentCount),
      SmsStatus: "received",
      ApiVersion: API_VERSION,
      ...UNDOCUMENTED,
    };
    const tampered = { Body: `${message.text}!` };
    return { ...this.#notice("text", message, { url, fields, tampered }), onAccepted };
  }

  ofReport(message: TwilioMessage, url: string, { status, errorCode }: Result): Notice {
    const fields = {
      MessageSid: message.messageId,
      SmsSid: message.messageId,
      MessageStatus: status,
      SmsStatus: status,
      ...(errorCode !== undefined && { ErrorCode: String(errorCode) }),
      To: message.to,
      From: message.from,
      AccountSid: this.#account.accountSid,
      ApiVersion: API_VERSION,
    };
    const otherStatus = status === "delivered" ? "failed" : "delivered";
    const tampered = { MessageStatus: otherStatus, SmsStatus: otherStatus };
    return this.#notice("report", message, { url, fields, tampered });
  }

  #notice(
    about: Notice["about"],
    message: TwilioMessage,
    { url, fields, tampered }: { url: string; fields: Fields; tampered: Fields },
  ): Notice {
    const faults = this.#faults.forEvent([message.from, message.to]);
    const fault = faults.takeEffect(["forge", "tamper", "other-token"]);
    const signature = twilioSignature(this.#tokenFor(fault), requestedUrl(url), fields);
    const { contentType, body } = encodeForm(fault === "tamper" ? { ...fields, ...tampered } : fields);
    return {
      provider: "twilio",
      about,
      messageId: message.messageId,
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
    if (fault === "forge") return STRANGE_TOKEN;
    return fault === "other-token" ? this.#account.secondaryAuthToken : this.#account.authToken;
  }
}

/** Twilio adds parameters without notice: a receiver must sign over all that come, and must not mind an empty one. */
const UNDOCUMENTED = { TwinRoute: "twin route/1", TwinNote: "" };

const mediaFields = ({ media }: TwilioMessage): Fields =>
  Object.fromEntries(
    media.flatMap(({ url, contentType }, index) => [
      [`MediaUrl${index}`, url],
      [`MediaContentType${index}`, contentType],
    ]),
  );
