import type * as z from "zod";
import { type Contact, type ContactId, contactSchema } from "../../shared/contact/contact.ts";
import type { Contacts } from "../../shared/contact/contacts.ts";
import { type PhoneNumber, phoneNumberSchema } from "../../shared/sms/address.ts";
import type { Page, PageRequest, Stored } from "../../shared/stored.ts";
import type { Containers } from "./cosmos-database.ts";
import { Documents } from "./documents.ts";

/** A contact on its way to another number: the copy under the old one is still to be removed. */
const movingSchema = contactSchema.extend({ replaces: phoneNumberSchema });
type Moving = z.infer<typeof movingSchema>;

/** Contacts in the container of that name, in the partition of their number. */
export class CosmosContacts implements Contacts {
  readonly #documents: Documents<Contact>;
  readonly #moving: Documents<Moving>;

  constructor(containers: Containers) {
    this.#moving = new Documents(containers, {
      container: "contacts",
      schema: movingSchema,
      toDocument: (value) => value,
      partitionOf: ({ mobilePhone }) => mobilePhone,
    });
    this.#documents = new Documents(containers, {
      container: "contacts",
      schema: contactSchema,
      toDocument: (value) => value,
      partitionOf: ({ mobilePhone }) => mobilePhone,
    });
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

  create(contact: Contact): Promise<"created" | "exists"> {
    return this.#documents.create(contact);
  }

  async replace(stored: Stored<Contact>, next: Contact): Promise<"replaced" | "stale"> {
    if (stored.value.mobilePhone === next.mobilePhone) return this.#documents.replace(stored, next);
    // The number is the partition, which cannot be changed: the contact is made anew under the new one.
    if ((await this.#documents.replace(stored, stored.value)) === "stale") return "stale";
    const moving = { ...next, replaces: stored.value.mobilePhone };
    await this.#moving.upsert(moving);
    await this.#finish(moving);
    return "replaced";
  }

  async finishMoves(): Promise<number> {
    const moving = await this.#moving.query({ text: "SELECT * FROM c WHERE IS_DEFINED(c.replaces)" });
    await Promise.all(moving.map((each) => this.#finish(each)));
    return moving.length;
  }

  async #finish({ id, mobilePhone, replaces }: Moving): Promise<void> {
    await this.#documents.delete(id, replaces);
    const isMoving = `FROM c WHERE c.replaces = ${JSON.stringify(replaces)}`;
    await this.#documents.patch(id, mobilePhone, [{ op: "remove", path: "/replaces" }], isMoving);
  }
}
