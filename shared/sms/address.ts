import * as z from "zod";

/** E.164: a plus, then at most 15 digits, the first not zero. Source: ITU-T E.164. Seven is the shortest in use. */
const E164 = /^\+[1-9]\d{6,14}$/;
/** Short national numbers that businesses rent. Providers write them without a plus. */
const SHORT_CODE = /^\d{3,6}$/;
/**
 * A sender name, which cannot be texted: "Booking.com". At most 11 characters (source: ACS number types), and one of them
 * never stands in a number. The providers' lists of permitted characters bind their own customers: senders of other
 * networks use any that phones show.
 */
const SENDER_NAME = /^(?=.*[^\d\s+().\-/])[\p{L}\p{M}\p{N}\p{P}\p{S} ]{1,11}$/u;

/** A mobile or landline number in E.164, such as "+14255550123". */
export const phoneNumberSchema = z
  .string()
  .regex(E164, "must be a phone number in E.164, such as +14255550123")
  .brand("PhoneNumber")
  .meta({ description: "A phone number in E.164", examples: ["+14255550123"] });
export type PhoneNumber = z.infer<typeof phoneNumberSchema>;

/** The sender of a text: a phone number, a short code ("12345") or a sender name ("CONTOSO"). */
export const addressSchema = z
  .string()
  .refine((text) => E164.test(text) || SHORT_CODE.test(text) || SENDER_NAME.test(text), {
    message: "must be a phone number in E.164, a short code or a sender name",
  })
  .brand("Address")
  .meta({ description: "A phone number in E.164, a short code or a sender name", examples: ["+14255550123", "12345"] });
export type Address = z.infer<typeof addressSchema>;

/**
 * Parses an address as a provider writes it: a phone number with or without the plus, a short code or a sender name.
 * @returns undefined when it is none of these.
 */
export const parseAddress = (raw: string): Address | undefined => {
  const text = raw.trim();
  const compact = text.replace(/[\s().-]/g, "");
  for (const candidate of [compact, `+${compact}`, text]) {
    if (E164.test(candidate) || SHORT_CODE.test(candidate)) return addressSchema.parse(candidate);
  }
  return SENDER_NAME.test(text) ? addressSchema.parse(text) : undefined;
};

/** Whether a text to the address can reach a customer: only a full phone number does. */
export const canBeTexted = (address: Address): boolean => E164.test(address);
