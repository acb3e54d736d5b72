import type { Form } from "../form.ts";
import type { OwnedNumber } from "../owned-numbers.ts";
import { isRecipientNumber } from "../phone-number.ts";
import { webhookUrlSchema } from "./connection-overrides.ts";
import { twilioError } from "./error.ts";

/** Longest body in UTF-16 code units. Not certain: the unit in which Twilio counts. */
const MAX_BODY = 1600;

const FIELDS: readonly string[] = ["To", "From", "Body", "StatusCallback"];

export interface SendRequest {
  readonly to: string;
  readonly from: string;
  readonly body: string;
  readonly statusCallback: string | undefined;
}

/**
 * Reads the form of a new message. A field that Twilio has and the twin does not support is refused, not ignored.
 * @returns the error response when the form is invalid.
 */
export const readSendRequest = (form: Form, ownerOf: (number: string) => OwnedNumber): SendRequest | Response => {
  const { To: to, From: from, Body: body, StatusCallback: statusCallback } = form;
  const unsupported = Object.keys(form).find((name) => !FIELDS.includes(name));
  if (unsupported !== undefined) return twilioError(20001, `The twin does not support the parameter '${unsupported}'.`);
  if (!to) return twilioError(21604, "A 'To' phone number is required.");
  if (!from) return twilioError(21603, "A 'From' phone number is required.");
  if (!body) return twilioError(21602, "Message body is required.");
  if (body.length > MAX_BODY) {
    return twilioError(21617, `The concatenated message body exceeds the ${MAX_BODY} character limit.`);
  }
  if (!isRecipientNumber(to)) return twilioError(21211, `The 'To' number ${to} is not a valid phone number.`);
  const senderProblem = findSenderProblem(from, ownerOf);
  if (senderProblem) return senderProblem;
  if (statusCallback !== undefined && !webhookUrlSchema.safeParse(statusCallback).success) {
    return twilioError(21609, "The 'StatusCallback' URL is not a valid URL.");
  }
  return { to, from, body, statusCallback };
};

const findSenderProblem = (from: string, ownerOf: (number: string) => OwnedNumber): Response | undefined => {
  if (!/^(\+[1-9]\d{7,14}|\d{3,7})$/.test(from)) {
    return twilioError(21212, `The 'From' number ${from} is not a valid phone number or short code.`);
  }
  return ownerOf(from).provider === "twilio"
    ? undefined
    : twilioError(21606, `The 'From' phone number ${from} is not a valid, message-capable Twilio phone number.`);
};
