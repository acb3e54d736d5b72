import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import * as z from "zod";

/**
 * A phone address in the one form in which the network compares them: E.164 with "+", or a short code (3 to 7 digits).
 * An international number may be given without its "+", as SMS events carry it.
 */
export const phoneNumberSchema = z
  .string()
  .regex(/^(\+?[1-9]\d{7,14}|\d{3,7})$/, {
    error: 'Give a phone number in international form, such as "+15551230001", or a short code of 3 to 7 digits.',
  })
  .transform((number) => (/^\d{8,}$/.test(number) ? `+${number}` : number));

/** The form without "+", in which events name the resource's own numbers. */
export const withoutPlus = (number: string): string => number.replace(/^\+/, "");

/** Whether a number could exist, and is written in E.164. */
export const isRecipientNumber = (to: string): boolean => {
  const number = parsePhoneNumberFromString(to);
  return number?.number === to && number.isPossible();
};
