import type { Page, PageRequest, Stored } from "../kernel/stored.ts";
import type { PhoneNumber } from "../sms/address.ts";
import type { Contact, ContactId } from "./contact.ts";

/**
 * Stores contacts. Every method throws TransientError when the store is unavailable or throttles.
 *
 * @remarks A retired contact stays stored. Unless a method says otherwise, it is as if there were no such contact.
 */
export interface Contacts {
  /** @returns all contacts with the number, ordered by id; usually one. */
  withMobilePhone(mobilePhone: PhoneNumber): Promise<readonly Contact[]>;
  /** @returns `undefined` when there is no such contact. */
  find(id: ContactId): Promise<Stored<Contact> | undefined>;
  /** Finds a contact, also a retired one. */
  findWithRetired(id: ContactId): Promise<Stored<Contact> | undefined>;
  /** Lists all contacts by last name. */
  list(page: PageRequest): Promise<Page<Contact>>;
  /** @returns `exists` when there is a contact with this id and number, also a retired one: nothing is written then. */
  create(contact: Contact): Promise<Stored<Contact> | "exists">;
  /**
   * Replaces a contact, also a retired one, that has not changed since it was read.
   *
   * @remarks The number may change. After a crash in the middle of such a change the contact is found by both numbers,
   * until `replace` is repeated or `finishMoves` runs.
   * @returns `stale` when it has changed since it was read: nothing is written then.
   */
  replace(stored: Stored<Contact>, next: Contact): Promise<Stored<Contact> | "stale">;
  /**
   * Completes changes of numbers that a crash interrupted.
   * @returns the number of contacts.
   */
  finishMoves(): Promise<number>;
}

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly contacts: Contacts;
  }
}
