import type { Contact, ContactId } from "../../shared/contact/contact.ts";
import type { Contacts } from "../../shared/contact/contacts.ts";
import type { Page, PageRequest, Stored } from "../../shared/kernel/stored.ts";
import type { PhoneNumber } from "../../shared/sms/address.ts";
import type { Hooks } from "./hooks.ts";
import { InMemoryTable } from "./in-memory-table.ts";
import { pageOf, sortedBy } from "./paging.ts";

export class InMemoryContacts implements Contacts {
  readonly #table: InMemoryTable<Contact>;

  constructor(contacts: readonly Contact[] = [], hooks: Hooks = {}) {
    this.#table = new InMemoryTable("contacts", hooks);
    for (const contact of contacts) this.#table.put(contact.id, contact);
  }

  withMobilePhone(mobilePhone: PhoneNumber): Promise<readonly Contact[]> {
    return this.#table.read("withMobilePhone", () =>
      sortedBy(
        this.#notRetired().filter((contact) => contact.mobilePhone === mobilePhone),
        ({ id }) => id,
        "ascending",
      ),
    );
  }

  find(id: ContactId): Promise<Stored<Contact> | undefined> {
    return this.#table.read("find", () => {
      const stored = this.#table.get(id);
      return stored?.value.retiredAt === undefined ? stored : undefined;
    });
  }

  findWithRetired(id: ContactId): Promise<Stored<Contact> | undefined> {
    return this.#table.read("findWithRetired", () => this.#table.get(id));
  }

  list(request: PageRequest): Promise<Page<Contact>> {
    return this.#table.read("list", () =>
      pageOf(this.#notRetired(), { keyOf: ({ lastName }) => lastName, direction: "ascending" }, request),
    );
  }

  create(contact: Contact): Promise<Stored<Contact> | "exists"> {
    return this.#table.write("create", () => this.#table.insert(contact.id, contact));
  }

  /** A change of number is one step here, so none is left to finish. */
  finishMoves(): Promise<number> {
    return this.#table.read("finishMoves", () => 0);
  }

  replace(stored: Stored<Contact>, next: Contact): Promise<Stored<Contact> | "stale"> {
    return this.#table.write("replace", () => this.#table.swap(stored.value.id, stored.etag, next));
  }

  #notRetired(): readonly Contact[] {
    return this.#table
      .values()
      .map(({ value }) => value)
      .filter(({ retiredAt }) => retiredAt === undefined);
  }
}
