import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import type { Ports } from "../kernel/ports.ts";
import { type PhoneNumber, phoneNumberSchema } from "../sms/address.ts";
import type { Country } from "../sms/country.ts";
import { canonicalNumber, isMobile } from "../sms/written-forms.ts";
import { repairedNumber } from "./repaired-number.ts";

/**
 * A number as people write it, as it was read. `needs-plus`: without a plus it may be a national or an international
 * number, and these are of different subscribers.
 */
export type NumberReading =
  | { readonly kind: "number"; readonly number: PhoneNumber }
  | { readonly kind: "not-a-number" | "needs-plus" };

/** A number that can exist, and what libphonenumber knows about it. */
interface Candidate {
  readonly number: PhoneNumber;
  readonly callingCode: string;
  readonly isValid: boolean;
  readonly isMobile: boolean;
}

/** @returns undefined when no such number can exist. A number that is not in use may pass, such as one for fiction. */
const candidateOf = (text: string, country?: Country): Candidate | undefined => {
  const read = parsePhoneNumberFromString(text, country);
  if (!read || read.ext) return undefined;
  const canonical = parsePhoneNumberFromString(canonicalNumber(read.number));
  // Some possible lengths are too short or too long for E.164.
  const number = phoneNumberSchema.safeParse(canonical?.number).data;
  if (!canonical?.isPossible() || number === undefined) return undefined;
  return {
    number,
    callingCode: canonical.countryCallingCode,
    isValid: canonical.isValid(),
    isMobile: isMobile(canonical),
  };
};

/**
 * Reads a number as people and spreadsheets write it, national or international, to its canonical form. It never guesses
 * in a way that would give the number of another subscriber.
 * @param country - the country of a national number.
 */
export const parseMobilePhone = (raw: string, country: Country): NumberReading => {
  const text = repairedNumber(raw);
  if (text === undefined) return { kind: "not-a-number" };
  const international = text.startsWith("+") ? undefined : withoutPlus(text.replace(/\D/g, ""));
  return readingOf(candidateOf(text, country), international);
};

/** @returns the number whose plus is missing, or stands as the usual prefix for calls abroad. */
const withoutPlus = (digits: string): Candidate | undefined => candidateOf(`+${digits.replace(/^00/, "")}`);

const readingOf = (national: Candidate | undefined, international: Candidate | undefined): NumberReading => {
  if (!international || international.number === national?.number) return asNumber(national);
  if (international.isMobile && !national?.isMobile) return asNumber(international);
  if (!national) return international.isValid ? NEEDS_PLUS : asNumber(undefined);
  const isSameCountry = international.callingCode === national.callingCode;
  if (national.isMobile) return isSameCountry && international.isMobile ? NEEDS_PLUS : asNumber(national);
  if (isSameCountry) return NEEDS_PLUS;
  return !national.isValid && international.isValid ? NEEDS_PLUS : asNumber(national);
};

const NEEDS_PLUS: NumberReading = { kind: "needs-plus" };

const asNumber = (candidate: Candidate | undefined): NumberReading =>
  candidate ? { kind: "number", number: candidate.number } : { kind: "not-a-number" };

/**
 * Reads a number as people write it.
 * @param country - of a national number; the organisation's default country without it.
 * @throws TransientError when the settings are unavailable.
 */
export const readMobilePhone = async (
  { settings }: Pick<Ports, "settings">,
  raw: string,
  country?: Country,
): Promise<NumberReading> => {
  const assumed = country ?? (await settings.snapshot()).organisation?.defaultCountry;
  return assumed ? parseMobilePhone(raw, assumed) : { kind: "not-a-number" };
};

export type NumberProblem = Exclude<NumberReading["kind"], "number">;

/** The reason of a refusal, for the person who wrote the number. */
export const NUMBER_PROBLEMS: Readonly<Record<NumberProblem, string>> = {
  "not-a-number": "is not a phone number of the country",
  "needs-plus": "may be a national or an international number: write the plus and the country's code",
};
