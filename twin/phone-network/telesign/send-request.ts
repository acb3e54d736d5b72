import * as z from "zod";
import { isRecipientNumber } from "../phone-number.ts";
import type { TelesignCode } from "./status.ts";

/** The longest message. In which unit TeleSign counts is not documented; these are UTF-16 code units. */
const MAX_MESSAGE = 1600;
const MAX_SENDER_ID = 20;

const callbackUrlSchema = z.url({ protocol: /^https?$/ });

/** Each field with the check of its value, and the codes for a bad and for a missing one. */
const FIELDS: Readonly<Record<string, Field>> = {
  phone_number: {
    isSound: (value) => /^\d+$/.test(value) && isRecipientNumber(`+${value}`),
    bad: 11000,
    missing: 12000,
  },
  message: { isSound: ({ length }) => length <= MAX_MESSAGE, bad: 11009, missing: 12009 },
  message_type: { isSound: (value) => ["OTP", "ARN", "MKT"].includes(value), bad: 11017, missing: 12017 },
  sender_id: { isSound: ({ length }) => length > 0 && length <= MAX_SENDER_ID, bad: 11013 },
  external_id: { isSound: ({ length }) => length > 0, bad: 11016 },
  callback_url: { isSound: (value) => callbackUrlSchema.safeParse(value).success, bad: 11004 },
};

interface Field {
  readonly isSound: (value: string) => boolean;
  readonly bad: TelesignCode;
  /** None for a field that may be left out. */
  readonly missing?: TelesignCode;
}

/**
 * What is wrong with the form of a new message. A field that TeleSign knows and this network does not is refused too.
 * @returns the code of the first fault.
 */
export const findFormProblem = (form: Readonly<Record<string, string>>): TelesignCode | undefined => {
  if (Object.keys(form).some((name) => !(name in FIELDS))) return 509;
  for (const [name, { isSound, bad, missing }] of Object.entries(FIELDS)) {
    const value = form[name];
    if (missing && !value) return missing;
    if (value !== undefined && !isSound(value)) return bad;
  }
  return undefined;
};
