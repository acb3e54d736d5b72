import * as z from "zod";

/** Why a reply did not reach the customer, in the same words for every provider. */
export const failureSchema = z.enum([
  "recipient-opted-out",
  /** A short code or a sender name: nobody could read it. */
  "recipient-cannot-be-texted",
  "channel-disabled",
  "sms-disabled",
  /** Too busy, down or out of reach, for as long as it was tried. */
  "provider-unavailable",
  /** It may have gone out or not: the connection broke, and the provider cannot be asked. */
  "outcome-unknown",
  "number-invalid",
  "number-not-in-use",
  "number-unsupported",
  /** Switched off or without a network, for as long as it was tried. */
  "handset-unreachable",
  "blocked-by-carrier",
  /** The text itself: as fraud, or as something that the provider does not send. */
  "text-rejected",
  /** The organisation's number or account may not send this, or not yet. */
  "sender-not-allowed",
  "too-many-texts",
  "unknown",
]);
export type Failure = z.infer<typeof failureSchema>;
