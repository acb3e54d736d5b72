import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from "libphonenumber-js/max";
import * as z from "zod";
import { type PhoneNumber, phoneNumberSchema } from "../sms/address.ts";

/** A country by its ISO 3166-1 alpha-2 code, such as "US". */
export const countrySchema = z
  .string()
  .refine(
    (code): code is CountryCode => isSupportedCountry(code),
    "must be an ISO 3166-1 alpha-2 country code, such as US",
  )
  .meta({ description: "ISO 3166-1 alpha-2", examples: ["US"] });
export type Country = z.infer<typeof countrySchema>;

/**
 * Reads a number as people write it, national or international.
 * @param country - whose national form is meant when the number has no country code.
 * @returns nothing when no such number can exist. Numbers reserved for fiction can, so a number in no use may pass.
 */
export const parseMobilePhone = (raw: string, country: Country): PhoneNumber | undefined => {
  const number = parsePhoneNumberFromString(raw, country);
  return number?.isPossible() && !number.ext ? phoneNumberSchema.parse(number.number) : undefined;
};
