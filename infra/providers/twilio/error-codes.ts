import type { Failure } from "../../../shared/sms/failure.ts";

/** Reasons of a refused or undelivered text. Source: Twilio, error and warning dictionary. */
const FAILURES: Readonly<Record<string, Failure>> = {
  "14107": "too-many-texts", // between two numbers within seconds
  "21211": "number-invalid", // To is not a number
  "21212": "sender-not-allowed", // From is not a number
  "21214": "number-unsupported", // To cannot be reached
  "21217": "number-invalid",
  "21219": "sender-not-allowed", // a trial account can text verified numbers only
  "21265": "recipient-cannot-be-texted", // To is a short code
  "21266": "recipient-cannot-be-texted", // To is From
  "21401": "number-invalid",
  "21407": "sender-not-allowed", // From is of a type that cannot text
  "21408": "number-unsupported", // the account is not enabled for the region
  "21421": "number-invalid",
  "21601": "sender-not-allowed", // From cannot text
  "21602": "text-rejected", // empty body
  "21605": "text-rejected", // too long
  "21606": "sender-not-allowed", // From is not a number of the account, or cannot text
  "21607": "sender-not-allowed", // From is not a number of the account
  "21608": "sender-not-allowed", // a trial account can text verified numbers only
  "21610": "recipient-opted-out",
  "21612": "number-unsupported", // no route from this sender to this number
  "21614": "number-invalid", // not a mobile number
  "21616": "sender-not-allowed", // From matches several numbers
  "21617": "text-rejected", // longer than 1,600 characters
  "21619": "text-rejected", // empty body
  "21635": "recipient-cannot-be-texted", // a landline
  "21658": "text-rejected", // a parameter is too long, which only the body can be
  "21659": "sender-not-allowed", // From is not a number of Twilio, or a short code of another country
  "21660": "sender-not-allowed", // From belongs to another account
  "21661": "sender-not-allowed", // From cannot text
  "21709": "sender-not-allowed", // a sender name that is not authorised
  "21910": "number-unsupported", // From and To are of different channels
  "30001": "too-many-texts", // the queue overflowed
  "30002": "sender-not-allowed", // the account is suspended
  "30003": "handset-unreachable",
  "30004": "blocked-by-carrier", // the customer or the carrier blocks the sender
  "30005": "number-not-in-use", // unknown handset
  "30006": "recipient-cannot-be-texted", // a landline, or an unreachable carrier
  "30007": "blocked-by-carrier", // filtered
  "30008": "unknown",
  "30017": "provider-unavailable", // the carrier's network is congested
  "30018": "sender-not-allowed", // the carrier requires the registration of senders
  "30019": "text-rejected", // larger than the carrier accepts
  "30020": "provider-unavailable", // an internal error
  "30021": "provider-unavailable", // an internal error
  "30022": "too-many-texts", // the rate limit of the campaign
  "30023": "too-many-texts", // the daily limit of the brand
  "30024": "sender-not-allowed", // the carrier has not provisioned the sender yet
  "30027": "too-many-texts", // the daily limit of T-Mobile
  "30032": "sender-not-allowed", // a toll-free number that is not verified
  "30033": "sender-not-allowed", // the campaign is suspended
  "30034": "sender-not-allowed", // a long code without a registered campaign
  "30035": "sender-not-allowed", // a long code whose registration is pending
  "30036": "handset-unreachable", // not delivered while it was valid
  "30037": "sender-not-allowed", // the account may not send
  "30038": "text-rejected", // a one-time password
  "30039": "too-many-texts", // a loop of messages
  "30040": "sender-not-allowed", // the carrier requires the registration of senders
  "30041": "sender-not-allowed", // an unregistered sender to the United Kingdom
  "30043": "blocked-by-carrier", // an international text by a domestic route
  "30044": "text-rejected", // longer than a trial account may send
  "30046": "handset-unreachable", // the handset confirmed nothing
  "30410": "provider-unavailable", // the carrier did not respond
  "30450": "text-rejected", // as fraud
  "30454": "too-many-texts", // the limit of the account
  "63038": "too-many-texts", // the daily limit of the account
};

/** @returns `unknown` for a code that is not listed. */
export const failureOf = (code: string | undefined): Failure => FAILURES[code ?? ""] ?? "unknown";
