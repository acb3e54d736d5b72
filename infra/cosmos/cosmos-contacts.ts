import type { Contact, ContactId } from "../../shared/contact/contact.ts";
import type { Contacts } from "../../shared/contact/contacts.ts";
import type { Page, PageRequest, Stored } from "../../shared/kernel/stored.ts";
import type { PhoneNumber } from "../../shared/sms/address.ts";
import { CONTACT_COPY_DOCUMENT, CONTACT_DOCUMENT, type ContactCopy } from "./contact-document.ts";
import type { Containers } from "./cosmos-database.ts";
import { Documents } from "./documents.ts";

/** Contacts in the container of that name, in the partition of their number. */
export class CosmosContacts implements Contacts {
  readonly #documents: Documents<Contact>;
  readonly #copies: Documents<ContactCopy>;

  constructor(containers: Containers) {
    this.#documents = new Documents(containers, CONTACT_DOCUMENT);
    this.#copies = new Documents(containers, CONTACT_COPY_DOCUMENT);
  }

  withMobilePhone(mobilePhone: PhoneNumber): Promise<readonly Contact[]> {
    return this.#documents.query({
      text: "SELECT * FROM c WHERE c.mobilePhone = @mobilePhone ORDER BY c.id",
      parameters: { mobilePhone },
      partition: mobilePhone,
    });
  }

  async find(id: ContactId): Promise<Stored<Contact> | undefined> {
    const pages = this.#documents.pages({
      // A change of number that died half way leaves the contact under both: the newer counts.
      text: "SELECT * FROM c WHERE c.id = @id ORDER BY c.updatedAt DESC",
      parameters: { id },
    });
    for await (const [newest] of pages) return newest;
    return undefined;
  }

  list(page: PageRequest): Promise<Page<Contact>> {
    return this.#documents.page({ sortedBy: "lastName", order: "ASC" }, page);
  }

  create(contact: Contact): Promise<Stored<Contact> | "exists"> {
    return this.#documents.create(contact);
  }

  async replace(stored: Stored<Contact>, next: Contact): Promise<Stored<Contact> | "stale"> {
    const copy = await this.#copyOf(stored.value.id, stored.value.mobilePhone);
    if (copy?.etag !== stored.etag) return "stale";
    const { mobilePhone } = copy.value.contact;
    const { replaces } = copy.value;
    if (mobilePhone === next.mobilePhone) {
      const replaced = await this.#copies.replace(copy, { contact: next, replaces });
      return replaced === "stale" ? replaced : { value: next, etag: replaced.etag };
    }
    if (replaces === undefined) return this.#move(copy, next);
    // One move at a time: the earlier one broke off half way.
    if ((await this.#finish(copy)) === "overtaken") return "stale";
    const settled = await this.#copyOf(next.id, mobilePhone);
    return settled ? this.#move(settled, next) : "stale";
  }

  async finishMoves(): Promise<number> {
    let count = 0;
    for await (const page of this.#copies.pages({ text: "SELECT * FROM c WHERE IS_DEFINED(c.replaces)" })) {
      await Promise.all(page.map((copy) => this.#finish(copy)));
      count += page.length;
    }
    return count;
  }

  #copyOf(id: ContactId, mobilePhone: PhoneNumber): Promise<Stored<ContactCopy> | undefined> {
    return this.#copies.read(id, mobilePhone, { newest: true });
  }

  /** The number is the partition, which cannot be changed: the contact is made anew under the new one. */
  async #move(copy: Stored<ContactCopy>, next: Contact): Promise<Stored<Contact> | "stale"> {
    // Whoever has read it as it was, and would change or move it too, is late from now on.
    if ((await this.#copies.replace(copy, copy.value)) === "stale") return "stale";
    await this.#copies.upsert({ contact: next, replaces: copy.value.contact.mobilePhone });
    const moved = await this.#copyOf(next.id, next.mobilePhone);
    if (moved?.value.replaces && (await this.#finish(moved)) === "overtaken") return "stale";
    return (await this.#documents.read(next.id, next.mobilePhone, { newest: true })) ?? "stale";
  }

  /**
   * Removes the copy under the old number, or the new one where somebody has changed the old one since: the newer counts.
   * @returns `overtaken`: the new one is gone.
   */
  async #finish(moving: Stored<ContactCopy>): Promise<"finished" | "overtaken"> {
    const { id, mobilePhone, updatedAt } = moving.value.contact;
    const { replaces } = moving.value;
    const old = replaces && (await this.#copyOf(id, replaces));
    if (old && old.value.contact.updatedAt > updatedAt) {
      await this.#copies.delete(moving);
      return "overtaken";
    }
    // Changed at this very moment: the mark stays, for the next look at both.
    if (old && (await this.#copies.delete(old)) === "stale") return "finished";
    await this.#copies.patch({
      id,
      partition: mobilePhone,
      operations: [{ op: "remove", path: "/replaces" }],
      condition: `FROM c WHERE c.replaces = ${JSON.stringify(replaces)}`,
    });
    return "finished";
  }
}
