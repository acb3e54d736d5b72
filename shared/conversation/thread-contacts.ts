import type { Contact } from "../contact/contact.ts";
import { contactsWithNumber } from "../contact/contacts-with-number.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Address } from "../sms/address.ts";
import type { Thread } from "./thread.ts";

/**
 * Finds the contacts that a customer may be.
 * @param thread - undefined before the customer's first text.
 * @returns the contact that an agent chose for the thread, else all contacts with the number.
 * @throws TransientError when the store is unavailable.
 */
export const threadContacts = async (
  { contacts }: Pick<Ports, "contacts">,
  customer: Address,
  thread: Thread | undefined,
): Promise<readonly Contact[]> => {
  const chosen = thread?.contactId && (await contacts.find(thread.contactId));
  return chosen ? [chosen.value] : contactsWithNumber(contacts, customer);
};
