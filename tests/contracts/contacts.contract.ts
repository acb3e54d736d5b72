import { describe, expect, it } from "vitest";
import type { Contacts } from "../../shared/contact/contacts.ts";
import { sampleContact } from "../fakes/sample-organisation.ts";
import { collectPages } from "./collect.ts";
import { at, newContactId, newPhoneNumber } from "./sample-ids.ts";

const newContact = (mobilePhone: string = newPhoneNumber()) => sampleContact(newContactId(), { mobilePhone });

/** The contract of the port `Contacts`. */
export const contactsContract = (make: () => Promise<{ readonly contacts: Contacts }>): void => {
  describe("as a store of contacts", () => {
    it("finds a contact by id", async () => {
      const { contacts } = await make();
      const contact = newContact();
      expect(await contacts.find(contact.id)).toBeUndefined();
      expect(await contacts.create(contact)).toEqual({ value: expect.anything(), etag: expect.any(String) });
      expect((await contacts.find(contact.id))?.value).toEqual(contact);
    });

    it("finds the contacts that share a number, in the order of their ids, and no others", async () => {
      const { contacts } = await make();
      const mobilePhone = newPhoneNumber();
      const sharing = [newContact(mobilePhone), newContact(mobilePhone), newContact(mobilePhone)];
      for (const contact of [...sharing, newContact()]) await contacts.create(contact);
      const found = (await contacts.withMobilePhone(mobilePhone)).map(({ id }) => id);
      expect(found).toEqual(sharing.map(({ id }) => id).toSorted());
      expect(await contacts.withMobilePhone(newPhoneNumber())).toEqual([]);
    });

    it("keeps a contact when another is created with its id", async () => {
      const { contacts } = await make();
      const contact = newContact();
      await contacts.create(contact);
      expect(await contacts.create({ ...contact, firstName: "Eva" })).toBe("exists");
      expect((await contacts.find(contact.id))?.value.firstName).toBe("Ana");
    });

    it("accepts one of several concurrent changes of the same version", async () => {
      const { contacts } = await make();
      const contact = newContact();
      await contacts.create(contact);
      const stored = await contacts.find(contact.id);
      if (!stored) throw new Error("not found");
      const results = await Promise.all(
        ["Eva", "Eve", "Iva"].map((firstName) => contacts.replace(stored, { ...contact, firstName })),
      );
      expect(results.filter((result) => result === "stale")).toHaveLength(2);
    });

    it("finds a contact by its new number and no longer by the old one", async () => {
      const { contacts } = await make();
      const contact = newContact();
      await contacts.create(contact);
      const stored = await contacts.find(contact.id);
      const next = { ...contact, mobilePhone: newPhoneNumber() };
      expect(stored && (await contacts.replace(stored, next))).toEqual({
        value: expect.anything(),
        etag: expect.any(String),
      });
      expect(await contacts.withMobilePhone(contact.mobilePhone)).toEqual([]);
      expect(await contacts.withMobilePhone(next.mobilePhone)).toEqual([next]);
      expect((await contacts.find(contact.id))?.value).toEqual(next);
      expect(stored && (await contacts.replace(stored, contact))).toBe("stale");
    });

    it("finds a retired contact only where the caller says so, whatever its number", async () => {
      const { contacts } = await make();
      const [contact, sharing] = [newContact(), newContact()];
      for (const made of [contact, { ...sharing, mobilePhone: contact.mobilePhone }]) await contacts.create(made);
      const stored = await contacts.find(contact.id);
      const retired = { ...contact, retiredAt: at(1), updatedAt: at(1) };
      if (stored) await contacts.replace(stored, retired);
      expect(await contacts.find(contact.id)).toBeUndefined();
      expect((await contacts.withMobilePhone(contact.mobilePhone)).map(({ id }) => id)).toEqual([sharing.id]);
      const listed = (await collectPages(2, (page) => contacts.list(page))).map(({ id }) => id);
      expect(listed).toContain(sharing.id);
      expect(listed).not.toContain(contact.id);
      expect(await contacts.create(contact)).toBe("exists");
      const found = await contacts.findWithRetired(contact.id);
      expect(found?.value).toEqual(retired);
      const broughtBack = { ...contact, mobilePhone: newPhoneNumber(), updatedAt: at(2) };
      expect(found && (await contacts.replace(found, broughtBack))).toMatchObject({ value: broughtBack });
      expect((await contacts.find(contact.id))?.value).toEqual(broughtBack);
      expect(await contacts.withMobilePhone(broughtBack.mobilePhone)).toEqual([broughtBack]);
    });

    it("lists every contact once, in pages", async () => {
      const { contacts } = await make();
      const known = Array.from({ length: 5 }, () => newContact());
      for (const contact of known) await contacts.create(contact);
      const ids = (await collectPages(2, (page) => contacts.list(page))).map(({ id }) => id);
      expect(ids).toEqual(expect.arrayContaining(known.map(({ id }) => id)));
      expect(new Set(ids).size).toBe(ids.length);
    });
  });
};
