import { type CountryCode, isSupportedCountry } from "libphonenumber-js/max";
import * as z from "zod";

/** A country by its ISO 3166-1 alpha-2 code, such as "US". */
export const countrySchema = z
  .string()
  .refine(
    (code): code is CountryCode => isSupportedCountry(code),
    "must be an ISO 3166-1 alpha-2 country code, such as US",
  )
  .meta({ description: "ISO 3166-1 alpha-2", examples: ["US"] });
export type Country = z.infer<typeof countrySchema>;
