import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import * as z from "zod";

/**
 * A phone number in the form in which the network compares numbers: E.164 with "+", or a short code of 3 to 7 digits.
 * An international number can be without its "+", as in SMS events.
 */
export const phoneNumberSchema = z
  .string()
  .regex(/^(\+?[1-9]\d{7,14}|\d{3,7})$/, {
    error: 'Use a phone number in international form, such as "+15551230001", or a short code of 3 to 7 digits.',
  })
  .transform((number) => (/^\d{8,}$/.test(number) ? `+${number}` : number));

/** The form of a number in SMS events. */
export const withoutPlus = (number: string): string => number.replace(/^\+/, "");

/** Mexican mobile numbers with the prefix that they had until 2019. Carriers still deliver to them. */
const OLD_FORM = /^\+521\d{10}$/;

/** Whether a number is in E.164 and possible. */
export const isRecipientNumber = (to: string): boolean => {
  const number = parsePhoneNumberFromString(to);
  return OLD_FORM.test(to) || (number?.number === to && number.isPossible());
};
