import * as z from "zod";
import type { Ports } from "../kernel/ports.ts";
import { RETRY, retryOnConflict } from "../kernel/retry-on-conflict.ts";
import type { Stored } from "../kernel/stored.ts";
import { countrySchema } from "../sms/country.ts";
import { type Contact, type ContactId, contactIdSchema, contactSchema } from "./contact.ts";
import { readMobilePhone } from "./mobile-phone.ts";

type SaveContactPorts = Pick<Ports, "contacts" | "settings" | "now" | "newId">;

/** Longest number that anybody writes, with room for spaces and brackets. */
const WRITTEN_NUMBER_LENGTH = 40;

const { firstName, lastName, preferredAgentIds, tags } = contactSchema.shape;
const mobilePhone = z
  .string()
  .min(1)
  .max(WRITTEN_NUMBER_LENGTH)
  .meta({ description: "National or international, as people write it", examples: ["(425) 555-0123"] });
const country = countrySchema
  .optional()
  .meta({ description: "Whose national numbers are meant; else the organisation's" });

/** A contact as somebody writes it down. The id may be chosen, so that making it again makes no second one. */
export const contactDraftSchema = z
  .strictObject({
    id: contactIdSchema.optional(),
    mobilePhone,
    country,
    firstName: firstName.default(""),
    lastName: lastName.default(""),
    preferredAgentIds: preferredAgentIds.default([]),
    tags: tags.default([]),
  })
  .meta({ id: "ContactDraft" });
export type ContactDraft = z.infer<typeof contactDraftSchema>;

/** What is to be different in a contact; what is left out stays. */
export const contactChangeSchema = z
  .strictObject({ mobilePhone, country, firstName, lastName, preferredAgentIds, tags })
  .partial()
  .meta({ id: "ContactChange" });
export type ContactChange = z.infer<typeof contactChangeSchema>;

/** The contact as it is stored now. */
type Saved = { readonly kind: "saved"; readonly stored: Stored<Contact> };

/** `not-a-number`: no such phone number can exist in the country meant. `exists`: the chosen id is taken. */
export type CreatedContact = Saved | { readonly kind: "not-a-number" | "exists" };

/** `not-a-number`: as above. `stale`: the contact has another version by now. */
export type ChangedContact = Saved | { readonly kind: "not-a-number" | "not-found" | "stale" };

/**
 * Makes a contact, its number in E.164.
 * @throws TransientError when the store is unavailable.
 */
export const createContact = async (ports: SaveContactPorts, draft: ContactDraft): Promise<CreatedContact> => {
  const { id: chosenId, mobilePhone: raw, country: told, ...rest } = draft;
  const number = await readMobilePhone(ports, raw, told);
  if (!number) return { kind: "not-a-number" };
  // The store tells ids apart by number too, so it would take the same id again under another number.
  if (chosenId !== undefined && (await ports.contacts.find(chosenId))) return { kind: "exists" };
  const id = chosenId ?? contactIdSchema.parse(ports.newId());
  const contact: Contact = { ...rest, id, mobilePhone: number, updatedAt: ports.now() };
  const stored = await ports.contacts.create(contact);
  return stored === "exists" ? { kind: "exists" } : { kind: "saved", stored };
};

/**
 * Changes a contact.
 * @param etag - the version that the change was made for; without one, it is made to whatever is there.
 * @throws TransientError when the store is unavailable, or others change the contact all the time.
 */
export const changeContact = async (
  ports: SaveContactPorts,
  id: ContactId,
  change: ContactChange,
  etag?: string,
): Promise<ChangedContact> => {
  const { mobilePhone: raw, country: told, ...rest } = change;
  const number = raw === undefined ? undefined : await readMobilePhone(ports, raw, told);
  if (raw !== undefined && !number) return { kind: "not-a-number" };
  return retryOnConflict<ChangedContact>({ what: `contact ${id}` }, async () => {
    const stored = await ports.contacts.find(id);
    if (!stored) return { kind: "not-found" };
    if (etag !== undefined && stored.etag !== etag) return { kind: "stale" };
    const contact = { ...stored.value, ...rest, ...(number && { mobilePhone: number }), updatedAt: ports.now() };
    const saved = await ports.contacts.replace(stored, contact);
    return saved === "stale" ? RETRY : { kind: "saved", stored: saved };
  });
};
