import { LRUCache } from "lru-cache";
import { OutcomeUnknownError, TransientError } from "../../../shared/kernel/errors.ts";
import { type Now, secondsBetween } from "../../../shared/kernel/instant.ts";
import type { Address } from "../../../shared/sms/address.ts";
import type {
  Attempts,
  OutboundText,
  ProviderCapabilities,
  SendResult,
  SmsProvider,
  Verification,
  Webhook,
} from "../../../shared/sms/provider.ts";
import { CARRIER_KEYWORDS } from "../carrier-keywords.ts";
import type { TwilioAccount } from "./account.ts";
import { findSentText } from "./find-sent-text.ts";
import { accepted, sendResultOf } from "./send-result.ts";
import { parseReceivedEvent, parseReportEvent } from "./sms-events.ts";
import { TwilioApi } from "./twilio-api.ts";
import { verifyNumber } from "./verify-number.ts";
import { statusCallbackOf, twilioWebhook } from "./webhook.ts";

/** How long an accepted text may be missing from the list. Not documented; seconds are usual. */
const LISTED_AFTER_SECONDS = 30;

/** More texts than a process can send in the seconds in which two could be mistaken for each other. */
const REMEMBERED_SENDS = 5_000;

const HELP_KEYWORDS = ["HELP", "INFO"];
const LONG_CODE_KEYWORDS = [...CARRIER_KEYWORDS, "REVOKE", "OPTOUT", "YES", ...HELP_KEYWORDS];

/**
 * Sources: Twilio, opt-out keywords. Long codes: Twilio replies. Toll-free: the network replies to STOP and START, Twilio
 * to HELP. Short codes without a messaging service: no replies. Mobile numbers are not documented; they are listed like
 * long codes, so that a customer never gets two replies. Twilio, rate limits and message queues: texts a second; a long code
 * has the lowest rate that a campaign gets.
 */
const CAPABILITIES: ProviderCapabilities = {
  retrySafety: "lookup",
  hasDeliveryReports: true,
  maxTextLength: 1600,
  handledKeywords: {
    "toll-free": [...CARRIER_KEYWORDS, ...HELP_KEYWORDS],
    "long-code": LONG_CODE_KEYWORDS,
    "short-code": [],
    mobile: LONG_CODE_KEYWORDS,
  },
  segmentsPerMinute: { "toll-free": 180, "long-code": 60, "short-code": 6000 },
};

/** Twilio, through its REST API. */
export class TwilioProvider implements SmsProvider {
  readonly capabilities = CAPABILITIES;
  readonly parseReceived = parseReceivedEvent;
  readonly parseReport = parseReportEvent;
  readonly webhook: Webhook;
  readonly #account: TwilioAccount;
  readonly #api: TwilioApi;
  readonly #now: Now;
  /** Distinguishes two texts with the same words, which Twilio's list does not. */
  readonly #messageIdBySid = new LRUCache<string, string>({ max: REMEMBERED_SENDS });

  constructor(account: TwilioAccount, now: Now) {
    this.#account = account;
    this.#now = now;
    this.#api = new TwilioApi(account);
    this.webhook = twilioWebhook(account, now);
  }

  async send(text: OutboundText): Promise<SendResult> {
    const sid = text.previousAttempts && (await this.#find(text, text.previousAttempts));
    const result = sid === undefined ? await this.#post(text) : accepted(sid);
    if (result.kind === "accepted") this.#messageIdBySid.set(result.providerMessageId, text.messageId);
    return result;
  }

  async verify(number: Address): Promise<Verification> {
    return verifyNumber(this.#api, this.#account, number);
  }

  async #post({ messageId, from, to, text, tag }: OutboundText): Promise<SendResult> {
    const form = { To: to, From: from, Body: text, StatusCallback: statusCallbackOf(this.#account, tag) };
    const purpose = `Twilio: cannot send ${messageId}`;
    return sendResultOf(await this.#api.post("/Messages.json", form, purpose), purpose);
  }

  /**
   * Finds the text that an earlier attempt sent.
   * @returns its SID; undefined when no attempt was accepted.
   * @throws OutcomeUnknownError when that is not certain.
   */
  async #find(text: OutboundText, { firstAt, lastAt }: Attempts): Promise<string | undefined> {
    const { messageId } = text;
    const belongsToAnotherMessage = (sid: string) => (this.#messageIdBySid.get(sid) ?? messageId) !== messageId;
    try {
      const sid = await findSentText(this.#api, { text, since: firstAt, belongsToAnotherMessage });
      if (sid !== undefined) return sid;
    } catch (cause) {
      if (!(cause instanceof TransientError)) throw cause;
      throw new OutcomeUnknownError(`Twilio: cannot tell whether ${messageId} was accepted`, { cause });
    }
    if (secondsBetween(lastAt, this.#now()) < LISTED_AFTER_SECONDS) {
      throw new OutcomeUnknownError(`Twilio: ${messageId} may not be listed yet`);
    }
    return undefined;
  }
}
