import { OutcomeUnknownError, TransientError } from "../../../shared/kernel/errors.ts";
import { type Now, secondsBetween } from "../../../shared/kernel/instant.ts";
import type { Address } from "../../../shared/sms/address.ts";
import type {
  Attempts,
  DeliveryReport,
  InboundText,
  OutboundText,
  Parsed,
  ProviderCapabilities,
  SendResult,
  SmsProvider,
  Verification,
} from "../../../shared/sms/provider.ts";
import { CARRIER_KEYWORDS } from "../carrier-keywords.ts";
import type { TwilioAccount } from "./account.ts";
import { findEarlier } from "./find-earlier.ts";
import { OwnSends } from "./own-sends.ts";
import { accepted, resultOf } from "./send-result.ts";
import { parseReceivedEvent, parseReportEvent } from "./sms-events.ts";
import { TwilioApi } from "./twilio-api.ts";
import { verifyNumber } from "./verify-number.ts";
import { statusCallbackOf, TwilioWebhook } from "./webhook.ts";

/** How long a text that was taken may be missing from the list. Not documented; seconds are usual. */
const LISTED_AFTER_SECONDS = 30;

const HELP_WORDS = ["HELP", "INFO"];
const LONG_CODE_WORDS = [...CARRIER_KEYWORDS, "REVOKE", "OPTOUT", "YES", ...HELP_WORDS];

/**
 * Sources: Twilio, opt-out keywords (long codes), the same for toll-free (the network answers STOP and START, Twilio
 * HELP) and for short codes (nobody answers for one outside of a messaging service); that mobile numbers are as long
 * codes is not certain, and chosen so that a customer is never answered twice. Twilio, rate limits and message queues:
 * texts a second, of which the pace of a long code is the least that a campaign gets.
 */
const CAPABILITIES: ProviderCapabilities = {
  retrySafety: "lookup",
  hasDeliveryReports: true,
  maxTextLength: 1600,
  handledKeywords: {
    "toll-free": [...CARRIER_KEYWORDS, ...HELP_WORDS],
    "long-code": LONG_CODE_WORDS,
    "short-code": [],
    mobile: LONG_CODE_WORDS,
  },
  segmentsPerMinute: { "toll-free": 180, "long-code": 60, "short-code": 6000 },
};

/** Twilio, by its REST API. */
export class TwilioProvider implements SmsProvider {
  readonly capabilities = CAPABILITIES;
  readonly webhook: TwilioWebhook;
  readonly #account: TwilioAccount;
  readonly #api: TwilioApi;
  readonly #now: Now;
  readonly #own = new OwnSends();

  constructor(account: TwilioAccount, now: Now, wait: (seconds: number) => Promise<void>) {
    this.#account = account;
    this.#now = now;
    this.#api = new TwilioApi(account, wait);
    this.webhook = new TwilioWebhook(account, now);
  }

  parseReceived(event: unknown): Parsed<InboundText> {
    return parseReceivedEvent(event);
  }

  parseReport(event: unknown): Parsed<DeliveryReport> {
    return parseReportEvent(event);
  }

  async send(text: OutboundText): Promise<SendResult> {
    const sid = text.previousAttempts && (await this.#find(text, text.previousAttempts));
    const result = sid === undefined ? await this.#post(text) : accepted(sid);
    if (result.kind === "accepted") this.#own.noteSid(result.providerMessageId, text.messageId);
    return result;
  }

  async verify(number: Address): Promise<Verification> {
    return verifyNumber(this.#api, this.#account, number);
  }

  async #post({ messageId, from, to, text, tag }: OutboundText): Promise<SendResult> {
    const form = { To: to, From: from, Body: text, StatusCallback: statusCallbackOf(this.#account, tag) };
    const purpose = `Twilio: cannot send ${messageId}`;
    return resultOf(await this.#api.post("/Messages.json", form, purpose), purpose);
  }

  /** @returns nothing when it is sure that no earlier attempt was taken. @throws OutcomeUnknownError when it is not. */
  async #find(text: OutboundText, { firstAt, lastAt }: Attempts): Promise<string | undefined> {
    const { messageId } = text;
    try {
      const sid = await findEarlier(this.#api, text, firstAt, (each) => this.#own.isOfAnother(each, messageId));
      if (sid !== undefined) return sid;
    } catch (cause) {
      if (!(cause instanceof TransientError)) throw cause;
      throw new OutcomeUnknownError(`Twilio: does not tell whether it has ${messageId}`, { cause });
    }
    if (secondsBetween(lastAt, this.#now()) < LISTED_AFTER_SECONDS)
      throw new OutcomeUnknownError(`Twilio: may still list ${messageId}`);
    return undefined;
  }
}
