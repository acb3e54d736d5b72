import type { Now } from "../../../shared/kernel/instant.ts";
import type { Address } from "../../../shared/sms/address.ts";
import type {
  OutboundText,
  ProviderCapabilities,
  SendResult,
  SmsProvider,
  Verification,
  Webhook,
} from "../../../shared/sms/provider.ts";
import { basicAuthorization } from "../http/basic-authorization.ts";
import { type HttpRequest, sendRequest, sendUnlessBusy } from "../http/request.ts";
import type { TelesignAccount } from "./account.ts";
import { sendResultOf } from "./send-result.ts";
import { parseReceivedEvent, parseReportEvent } from "./sms-events.ts";
import { verificationOf } from "./verification.ts";
import { telesignWebhook } from "./webhook.ts";

/** Limit for one response, in milliseconds, as in TeleSign's own client. */
const TIMEOUT_MS = 15_000;
/** Alerts, reminders and notifications: neither a password nor advertising. */
const MESSAGE_TYPE = "ARN";
/** A reference id of no text: the form is valid, and random ids are never zero. */
const NO_REFERENCE = "0".repeat(32);

/** Source: TeleSign, SMS API and inbound SMS. TeleSign reports keywords and replies to none. It documents no pace. */
const CAPABILITIES: ProviderCapabilities = {
  retrySafety: "unsafe",
  hasDeliveryReports: true,
  maxTextLength: 1600,
  handledKeywords: { "toll-free": [], "long-code": [], "short-code": [], mobile: [] },
  segmentsPerMinute: {},
};

/** TeleSign, through its REST API. */
export class TelesignProvider implements SmsProvider {
  readonly capabilities = CAPABILITIES;
  readonly parseReceived = parseReceivedEvent;
  readonly parseReport = parseReportEvent;
  readonly webhook: Webhook;
  readonly #account: TelesignAccount;

  constructor(account: TelesignAccount, now: Now) {
    this.#account = account;
    this.webhook = telesignWebhook(account, now);
  }

  async send({ messageId, from, to, text, tag, previousAttempts }: OutboundText): Promise<SendResult> {
    // TeleSign accepts no idempotency key and cannot list texts.
    if (previousAttempts) return { kind: "unknown" };
    const form = {
      phone_number: withoutPlus(to),
      message: text,
      message_type: MESSAGE_TYPE,
      sender_id: withoutPlus(from),
      external_id: tag,
      callback_url: this.#account.webhookUrl,
    };
    const purpose = `TeleSign: cannot send ${messageId}`;
    const response = await sendUnlessBusy({ ...this.#request("", purpose), method: "POST", form });
    return sendResultOf(response, purpose);
  }

  async verify(_number: Address): Promise<Verification> {
    const purpose = "TeleSign: cannot verify a number";
    const { status } = await sendRequest({ ...this.#request(`/${NO_REFERENCE}`, purpose), method: "GET" });
    return verificationOf(status, this.#account.webhookUrl, purpose);
  }

  #request(path: string, purpose: string): Omit<HttpRequest, "method"> {
    const { apiUrl, customerId, apiKey } = this.#account;
    return {
      purpose,
      url: `${apiUrl}/v1/messaging${path}`,
      authorization: basicAuthorization(customerId, apiKey),
      timeoutMs: TIMEOUT_MS,
    };
  }
}

/** TeleSign writes numbers without the plus. */
const withoutPlus = (address: Address): string => address.replace(/^\+/, "");
