import type { Contact, ContactId } from "../../shared/contact/contact.ts";
import type { Contacts } from "../../shared/contact/contacts.ts";
import type { Page, PageRequest, Stored } from "../../shared/kernel/stored.ts";
import type { PhoneNumber } from "../../shared/sms/address.ts";
import { CONTACT_COPY_DOCUMENT, CONTACT_DOCUMENT, type ContactCopy } from "./contact-document.ts";
import type { Containers } from "./cosmos-database.ts";
import { NOT_RETIRED } from "./document-kind.ts";
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
      text: `SELECT * FROM c WHERE c.mobilePhone = @mobilePhone AND ${NOT_RETIRED} ORDER BY c.id`,
      parameters: { mobilePhone },
      partition: mobilePhone,
    });
  }

  async find(id: ContactId): Promise<Stored<Contact> | undefined> {
    const stored = await this.findWithRetired(id);
    return stored?.value.retiredAt === undefined ? stored : undefined;
  }

  async findWithRetired(id: ContactId): Promise<Stored<Contact> | undefined> {
    const pages = this.#documents.pages({
      // An interrupted change of number leaves a copy under both numbers. The newer one is valid.
      text: "SELECT * FROM c WHERE c.id = @id ORDER BY c.updatedAt DESC",
      parameters: { id },
    });
    for await (const [newest] of pages) return newest;
    return undefined;
  }

  list(page: PageRequest): Promise<Page<Contact>> {
    return this.#documents.page({ where: NOT_RETIRED, sortedBy: "lastName", order: "ASC" }, page);
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
    // An earlier move was interrupted: finish it first.
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

  /** Copies the contact under its new number, because a partition key cannot change, and removes the old copy. */
  async #move(copy: Stored<ContactCopy>, next: Contact): Promise<Stored<Contact> | "stale"> {
    // The new etag refuses concurrent changes and moves of the copy that was read.
    if ((await this.#copies.replace(copy, copy.value)) === "stale") return "stale";
    await this.#copies.upsert({ contact: next, replaces: copy.value.contact.mobilePhone });
    const moved = await this.#copyOf(next.id, next.mobilePhone);
    if (moved?.value.replaces && (await this.#finish(moved)) === "overtaken") return "stale";
    return (await this.#documents.read(next.id, next.mobilePhone, { newest: true })) ?? "stale";
  }

  /**
   * Removes the copy under the old number, or the moving copy when the old one has changed since: the newer one is valid.
   * @returns `overtaken` when the moving copy was removed.
   */
  async #finish(moving: Stored<ContactCopy>): Promise<"finished" | "overtaken"> {
    const { id, mobilePhone, updatedAt } = moving.value.contact;
    const { replaces } = moving.value;
    const old = replaces && (await this.#copyOf(id, replaces));
    if (old && old.value.contact.updatedAt > updatedAt) {
      await this.#copies.delete(moving);
      return "overtaken";
    }
    // The old copy has just changed: `replaces` stays, so that the next run compares both.
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
