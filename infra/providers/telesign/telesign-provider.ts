import type { Now } from "../../../shared/kernel/instant.ts";
import type { Address } from "../../../shared/sms/address.ts";
import type {
  DeliveryReport,
  InboundText,
  OutboundText,
  Parsed,
  ProviderCapabilities,
  SendResult,
  SmsProvider,
  Verification,
} from "../../../shared/sms/provider.ts";
import { basicAuthorization } from "../http/basic-authorization.ts";
import { sendRequest } from "../http/request.ts";
import { requestWithRetry } from "../http/request-with-retry.ts";
import type { TelesignAccount } from "./account.ts";
import { resultOf } from "./send-result.ts";
import { parseReceivedEvent, parseReportEvent } from "./sms-events.ts";
import { verificationOf } from "./verification.ts";
import { TelesignWebhook } from "./webhook.ts";

/** For one answer, in milliseconds: as long as TeleSign's own client waits. Four of them end well before the lock. */
const TIMEOUT_MS = 15_000;
/** Alerts, reminders and notifications: neither a password nor advertising. */
const MESSAGE_TYPE = "ARN";
/** Of no text: it is of the right form, and random ids are never zero. */
const NO_REFERENCE = "0".repeat(32);

/** Source: TeleSign, SMS API and inbound SMS: it says which keyword came, and leaves the rest to us; no pace is told. */
const CAPABILITIES: ProviderCapabilities = {
  retrySafety: "unsafe",
  hasDeliveryReports: true,
  maxTextLength: 1600,
  handledKeywords: { "toll-free": [], "long-code": [], "short-code": [], mobile: [] },
  segmentsPerMinute: {},
};

/** TeleSign, by its REST API. */
export class TelesignProvider implements SmsProvider {
  readonly capabilities = CAPABILITIES;
  readonly webhook: TelesignWebhook;
  readonly #account: TelesignAccount;
  readonly #wait: (seconds: number) => Promise<void>;

  constructor(account: TelesignAccount, now: Now, wait: (seconds: number) => Promise<void>) {
    this.#account = account;
    this.#wait = wait;
    this.webhook = new TelesignWebhook(account, now);
  }

  parseReceived(event: unknown): Parsed<InboundText> {
    return parseReceivedEvent(event);
  }

  parseReport(event: unknown): Parsed<DeliveryReport> {
    return parseReportEvent(event);
  }

  async send({ messageId, from, to, text, tag, previousAttempts: tried }: OutboundText): Promise<SendResult> {
    // Neither can a text be sent under an id of ours, nor can texts be listed.
    if (tried) return { kind: "unknown" };
    const form = {
      phone_number: withoutPlus(to),
      message: text,
      message_type: MESSAGE_TYPE,
      sender_id: withoutPlus(from),
      external_id: tag,
      callback_url: this.#account.webhookUrl,
    };
    const purpose = `TeleSign: cannot send ${messageId}`;
    const question = { ...this.#question("", purpose), method: "POST" as const, form };
    return resultOf(await requestWithRetry(question, this.#wait), purpose);
  }

  async verify(_number: Address): Promise<Verification> {
    const purpose = "TeleSign: cannot verify a number";
    const answer = await sendRequest({ ...this.#question(`/${NO_REFERENCE}`, purpose), method: "GET" });
    return verificationOf(answer.status, this.#account.webhookUrl, purpose);
  }

  #question(path: string, purpose: string) {
    const { apiUrl, customerId, apiKey } = this.#account;
    const authorization = basicAuthorization(customerId, apiKey);
    return { purpose, url: `${apiUrl}/v1/messaging${path}`, authorization, timeoutMs: TIMEOUT_MS };
  }
}

/** As TeleSign writes numbers. */
const withoutPlus = (address: Address): string => address.replace(/^\+/, "");
