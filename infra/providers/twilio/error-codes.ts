import type { Failure } from "../../../shared/sms/failure.ts";

/** Reasons of a refused or undelivered text. Source: Twilio, error and warning dictionary. */
const FAILURES: Readonly<Record<string, Failure>> = {
  "21211": "number-invalid", // To is not a number
  "21212": "sender-not-allowed", // From is not a number
  "21265": "recipient-cannot-be-texted", // To is a short code
  "21266": "recipient-cannot-be-texted", // To is From
  "21408": "number-unsupported", // the account is not enabled for the region
  "21602": "text-rejected", // empty body
  "21606": "sender-not-allowed", // From is not a number of the account, or cannot text
  "21608": "sender-not-allowed", // a trial account can text verified numbers only
  "21610": "recipient-opted-out",
  "21612": "number-unsupported", // no route from this sender to this number
  "21614": "number-invalid", // not a mobile number
  "21617": "text-rejected", // longer than 1,600 characters
  "21635": "recipient-cannot-be-texted", // a landline
  "21658": "text-rejected", // a parameter is too long, which only the body can be
  "30001": "too-many-texts", // the queue overflowed
  "30002": "sender-not-allowed", // the account is suspended
  "30003": "handset-unreachable",
  "30004": "blocked-by-carrier", // the customer or the carrier blocks the sender
  "30005": "number-not-in-use", // unknown handset
  "30006": "recipient-cannot-be-texted", // a landline, or an unreachable carrier
  "30007": "blocked-by-carrier", // filtered
  "30008": "unknown",
  "30032": "sender-not-allowed", // a toll-free number that is not verified
  "30034": "sender-not-allowed", // a long code without a registered campaign
};

/** @returns `unknown` for a code that is not listed. */
export const failureOf = (code: string | undefined): Failure => FAILURES[code ?? ""] ?? "unknown";
