import * as z from "zod";
import type { Form } from "../form.ts";
import { isRecipientNumber, withoutPlus } from "../phone-number.ts";
import type { TelesignNumber } from "./number.ts";
import type { TelesignCode } from "./status.ts";

export interface SendRequest {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly externalId: string | undefined;
  /** The URL of the account when undefined. */
  readonly callbackUrl: string | undefined;
}

/** Longest message in UTF-16 code units. The unit in which TeleSign counts is not documented. */
const MAX_MESSAGE = 1600;
const MAX_SENDER_ID = 20;

const callbackUrlSchema = z.url({ protocol: /^https?$/ });

/** The check of a field, and the error codes for an invalid and a missing value. */
interface Field {
  readonly isValid: (value: string) => boolean;
  readonly invalid: TelesignCode;
  /** Undefined for an optional field. */
  readonly missing?: TelesignCode;
}

const FIELDS: Readonly<Record<string, Field>> = {
  phone_number: {
    isValid: (value) => /^\d+$/.test(value) && isRecipientNumber(`+${value}`),
    invalid: 11000,
    missing: 12000,
  },
  message: { isValid: ({ length }) => length <= MAX_MESSAGE, invalid: 11009, missing: 12009 },
  message_type: { isValid: (value) => ["OTP", "ARN", "MKT"].includes(value), invalid: 11017, missing: 12017 },
  sender_id: { isValid: ({ length }) => length > 0 && length <= MAX_SENDER_ID, invalid: 11013 },
  external_id: { isValid: ({ length }) => length > 0, invalid: 11016 },
  callback_url: { isValid: (value) => callbackUrlSchema.safeParse(value).success, invalid: 11004 },
};

const UNSUPPORTED_FIELD = 509;
const INVALID_SENDER = 11013;

/** The sender that TeleSign chooses for a company without a number. */
const SHARED_SENDER = "TELESIGN";

/**
 * Reads the form of a new message. A field that TeleSign has and the twin does not support is refused, not ignored.
 * @param numbers - the numbers of the account.
 * @returns the error code of the first problem when the form is invalid.
 */
export const readSendRequest = (form: Form, numbers: readonly TelesignNumber[]): SendRequest | TelesignCode => {
  const problem = findProblem(form);
  if (problem !== undefined) return problem;
  const from = senderOf(form, numbers);
  if (from === undefined) return INVALID_SENDER;
  return {
    from,
    to: `+${form.phone_number}`,
    text: form.message ?? "",
    externalId: form.external_id,
    callbackUrl: form.callback_url,
  };
};

const findProblem = (form: Form): TelesignCode | undefined => {
  if (Object.keys(form).some((name) => !(name in FIELDS))) return UNSUPPORTED_FIELD;
  for (const [name, { isValid, invalid, missing }] of Object.entries(FIELDS)) {
    const value = form[name];
    if (missing && !value) return missing;
    if (value !== undefined && !isValid(value)) return invalid;
  }
  return undefined;
};

/** A sender id must be one that TeleSign allows: in the twin, a number of the account. */
const senderOf = ({ sender_id: senderId }: Form, numbers: readonly TelesignNumber[]): string | undefined => {
  if (senderId === undefined) return numbers[0]?.number ?? SHARED_SENDER;
  return numbers.find(({ number }) => withoutPlus(number) === senderId)?.number;
};
