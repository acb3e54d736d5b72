import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import type { Ports } from "../kernel/ports.ts";
import { type PhoneNumber, phoneNumberSchema } from "../sms/address.ts";
import type { Country } from "../sms/country.ts";

/**
 * Parses a number as people write it, national or international.
 * @param country - the country of a national number.
 * @returns undefined when no such number can exist. A number that is not in use may pass, such as one reserved for
 * fiction.
 */
export const parseMobilePhone = (raw: string, country: Country): PhoneNumber | undefined => {
  const number = parsePhoneNumberFromString(raw, country);
  return number?.isPossible() && !number.ext ? phoneNumberSchema.parse(number.number) : undefined;
};

/**
 * Parses a number as people write it.
 * @param country - of a national number; the organisation's default country without it.
 * @returns undefined when no such number can exist.
 * @throws TransientError when the settings are unavailable.
 */
export const readMobilePhone = async (
  { settings }: Pick<Ports, "settings">,
  raw: string,
  country?: Country,
): Promise<PhoneNumber | undefined> => {
  const assumed = country ?? (await settings.snapshot()).organisation?.defaultCountry;
  return assumed && parseMobilePhone(raw, assumed);
};
