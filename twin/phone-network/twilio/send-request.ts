import type { OwnedNumber } from "../owned-numbers.ts";
import { isRecipientNumber } from "../phone-number.ts";
import { webhookUrlSchema } from "./connection-overrides.ts";
import { twilioError } from "./error.ts";

/** The longest body. In which unit Twilio counts is not certain; these are UTF-16 code units. */
const MAX_BODY = 1600;

const FIELDS: readonly string[] = ["To", "From", "Body", "StatusCallback"];

export interface SendRequest {
  readonly to: string;
  readonly from: string;
  readonly body: string;
  readonly statusCallback: string | undefined;
}

/**
 * Reads the form of a new message. A field that Twilio knows and this network does not is refused, not ignored.
 * @returns the refusal when the form is not as it should be.
 */
export const sendRequestOf = (
  form: Readonly<Record<string, string>>,
  ownerOf: (number: string) => OwnedNumber,
): SendRequest | Response => {
  const { To: to, From: from, Body: body, StatusCallback: statusCallback } = form;
  const unknown = Object.keys(form).find((name) => !FIELDS.includes(name));
  if (unknown !== undefined) return twilioError(20001, `The parameter '${unknown}' is not spoken here.`);
  if (!to) return twilioError(21604, "A 'To' phone number is required.");
  if (!from) return twilioError(21603, "A 'From' phone number is required.");
  if (!body) return twilioError(21602, "Message body is required.");
  if (body.length > MAX_BODY) {
    return twilioError(21617, `The concatenated message body exceeds the ${MAX_BODY} character limit.`);
  }
  if (!isRecipientNumber(to)) return twilioError(21211, `The 'To' number ${to} is not a valid phone number.`);
  if (!/^(\+[1-9]\d{7,14}|\d{3,7})$/.test(from)) {
    return twilioError(21212, `The 'From' number ${from} is not a valid phone number or short code.`);
  }
  if (ownerOf(from).provider !== "twilio") {
    return twilioError(21606, `The 'From' phone number ${from} is not a valid, message-capable Twilio phone number.`);
  }
  if (statusCallback !== undefined && !webhookUrlSchema.safeParse(statusCallback).success) {
    return twilioError(21609, "The 'StatusCallback' URL is not a valid URL.");
  }
  return { to, from, body, statusCallback };
};
