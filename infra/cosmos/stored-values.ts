import * as z from "zod";
import type { ContactId } from "../../shared/contact/contact.ts";
import type { Address, PhoneNumber } from "../../shared/sms/address.ts";
import type { Country } from "../../shared/sms/country.ts";

/*
 * Values that were checked when the product accepted them. A stored document is not checked by the same rules again: a
 * rule that becomes stricter must not make stored documents unreadable.
 */

const accepted = <T extends string>() => z.custom<T>((value) => typeof value === "string");

export const storedContactIdSchema = accepted<ContactId>();
export const storedPhoneNumberSchema = accepted<PhoneNumber>();
export const storedAddressSchema = accepted<Address>();
export const storedCountrySchema = accepted<Country>();
