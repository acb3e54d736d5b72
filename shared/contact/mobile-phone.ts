import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import type { Settings } from "../settings/settings.ts";
import { type PhoneNumber, phoneNumberSchema } from "../sms/address.ts";
import type { Country } from "../sms/country.ts";

/**
 * Reads a number as people write it, national or international.
 * @param country - whose national form is meant when the number has no country code.
 * @returns nothing when no such number can exist. Numbers reserved for fiction can, so a number in no use may pass.
 */
export const parseMobilePhone = (raw: string, country: Country): PhoneNumber | undefined => {
  const number = parsePhoneNumberFromString(raw, country);
  return number?.isPossible() && !number.ext ? phoneNumberSchema.parse(number.number) : undefined;
};

/**
 * Reads a number as people write it. Where no country is told, the organisation's is meant.
 * @returns nothing when no such number can exist.
 */
export const readMobilePhone = async (
  { settings }: { readonly settings: Settings },
  raw: string,
  told?: Country,
): Promise<PhoneNumber | undefined> => {
  const home = told ?? (await settings.snapshot()).organisation?.defaultCountry;
  return home && parseMobilePhone(raw, home);
};
