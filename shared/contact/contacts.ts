import type { Page, PageRequest, Stored } from "../kernel/stored.ts";
import type { PhoneNumber } from "../sms/address.ts";
import type { Contact, ContactId } from "./contact.ts";

/** Where contacts are kept. Every method throws TransientError when the store is unavailable or throttles. */
export interface Contacts {
  /** All contacts with this number, in the order of their ids; most often one. */
  withMobilePhone(mobilePhone: PhoneNumber): Promise<readonly Contact[]>;
  find(id: ContactId): Promise<Stored<Contact> | undefined>;
  list(page: PageRequest): Promise<Page<Contact>>;
  create(contact: Contact): Promise<Stored<Contact> | "exists">;
  /**
   * Replaces a contact that nobody has changed since it was read. A new number is allowed; when that breaks off half
   * way, the contact is found under both numbers, until it is done again or `finishMoves` is called.
   */
  replace(stored: Stored<Contact>, next: Contact): Promise<Stored<Contact> | "stale">;
  /** Finishes the changes of a number that broke off half way. @returns how many. */
  finishMoves(): Promise<number>;
}

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly contacts: Contacts;
  }
}
