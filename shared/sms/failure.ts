import * as z from "zod";

/** Why a message did not reach the customer: the same terms for every provider. */
export const failureSchema = z.enum([
  "recipient-opted-out",
  /** A supervisor or an agent has blocked the customer's number. */
  "recipient-blocked",
  /** The customer's address is a short code or a sender name, or a landline. */
  "recipient-cannot-be-texted",
  "channel-disabled",
  "sms-disabled",
  /** Too busy, down or unreachable in every attempt. */
  "provider-unavailable",
  /** It may have been sent: the response was lost, and the provider cannot tell. */
  "outcome-unknown",
  "number-invalid",
  "number-not-in-use",
  "number-unsupported",
  /** Switched off or without a network in every attempt. */
  "handset-unreachable",
  "blocked-by-carrier",
  /** The provider or a carrier does not send this text, for example as fraud. */
  "text-rejected",
  /** The organisation's number or account is not permitted to send it, or not yet. */
  "sender-not-allowed",
  "too-many-texts",
  "unknown",
]);
export type Failure = z.infer<typeof failureSchema>;
