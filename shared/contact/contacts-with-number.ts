import { type Address, addressSchema, type PhoneNumber, phoneNumberSchema } from "../sms/address.ts";
import { writtenForms } from "../sms/written-forms.ts";
import type { Contact } from "./contact.ts";
import type { Contacts } from "./contacts.ts";

/**
 * Finds the contacts with a number in any of its written forms: an older contact may have another one than the canonical.
 * @returns no contact for a short code or a sender name.
 * @throws TransientError when the store is unavailable.
 */
export const contactsWithNumber = async (
  contacts: Pick<Contacts, "withMobilePhone">,
  address: Address | PhoneNumber,
): Promise<readonly Contact[]> => {
  const numbers = writtenForms(addressSchema.parse(address)).flatMap(
    (form) => phoneNumberSchema.safeParse(form).data ?? [],
  );
  const found = (await Promise.all(numbers.map((number) => contacts.withMobilePhone(number)))).flat();
  return [...new Map(found.map((contact) => [contact.id, contact])).values()];
};
