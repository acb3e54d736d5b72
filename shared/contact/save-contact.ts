import * as z from "zod";
import type { AgentId } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import { RETRY, retryOnConflict } from "../kernel/retry-on-conflict.ts";
import { sha256 } from "../kernel/sha256.ts";
import type { Stored } from "../kernel/stored.ts";
import { countrySchema } from "../sms/country.ts";
import { type Contact, type ContactId, contactIdSchema, contactSchema } from "./contact.ts";
import { type NumberProblem, readMobilePhone } from "./mobile-phone.ts";

type SaveContactPorts = Pick<Ports, "contacts" | "settings" | "now" | "newId">;

/** Longest form of a number, with room for spaces and brackets. */
const MAX_NUMBER_LENGTH = 40;

/** The members that Hilo sets itself. */
type OwnMember = "id" | "updatedAt" | "retiredAt";

const { firstName, lastName, preferredAgentIds, tags } = contactSchema.shape;
const mobilePhone = z
  .string()
  .min(1)
  .max(MAX_NUMBER_LENGTH)
  .meta({ description: "National or international, as people write it", examples: ["(425) 555-0123"] });
const country = countrySchema
  .optional()
  .meta({ description: "The country of a national number; defaults to the organisation's" });

const changeableMembers = {
  mobilePhone: mobilePhone.exactOptional(),
  firstName: firstName.exactOptional(),
  lastName: lastName.exactOptional(),
  preferredAgentIds: preferredAgentIds.exactOptional(),
  tags: tags.exactOptional(),
} satisfies Record<Exclude<keyof Contact, OwnMember>, z.ZodType>;

/** A contact to create. The caller may choose the id, so that a repeated request creates no second contact. */
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

/** A change of a contact. Missing members stay unchanged. */
export const contactChangeSchema = z.strictObject({ ...changeableMembers, country }).meta({ id: "ContactChange" });
type ContactChange = z.infer<typeof contactChangeSchema>;

type Saved = { readonly kind: "saved"; readonly stored: Stored<Contact> };

/** `exists`: the chosen id is in use. `key-reused`: the key belongs to another contact, or to one that has changed since. */
export type CreatedContact = Saved | { readonly kind: NumberProblem | "exists" | "key-reused" };

/** Identifies a request, so that repeating it creates no second contact. */
interface Repeatable {
  readonly agentId: AgentId;
  /** Chosen by the client. A repeated request of the agent with the same key creates one contact. */
  readonly idempotencyKey: string;
}

const contactIdFromKey = ({ agentId, idempotencyKey }: Repeatable): ContactId =>
  contactIdSchema.parse(sha256(`${agentId}|${idempotencyKey}`).slice(0, 32));

/** `stale`: the contact has another version. `retired`: it can only be brought back. */
export type ChangedContact = Saved | { readonly kind: NumberProblem | "not-found" | "stale" | "retired" };

/**
 * Creates a contact with its number in E.164, in the canonical form. The id of a retired contact brings it back, with the
 * members of the draft.
 * @throws TransientError when the store is unavailable.
 */
export const createContact = async (
  ports: SaveContactPorts,
  draft: ContactDraft,
  repeatable?: Repeatable,
): Promise<CreatedContact> => {
  const { id: chosenId, mobilePhone: raw, country: rawCountry, ...rest } = draft;
  const reading = await readMobilePhone(ports, raw, rawCountry);
  if (reading.kind !== "number") return reading;
  const knownId = chosenId ?? (repeatable && contactIdFromKey(repeatable));
  const id = knownId ?? contactIdSchema.parse(ports.newId());
  const contact: Contact = { ...rest, id, mobilePhone: reading.number, updatedAt: ports.now() };
  // An id is unique in the store only together with the number.
  const existing = knownId && (await ports.contacts.findWithRetired(knownId));
  const isBroughtBack = existing?.value.retiredAt !== undefined && chosenId !== undefined;
  if (existing && !isBroughtBack) return repeatable ? repeatOf(existing, contact) : { kind: "exists" };
  const stored = existing ? await ports.contacts.replace(existing, contact) : await ports.contacts.create(contact);
  if (typeof stored !== "string") return { kind: "saved", stored };
  const concurrent = repeatable && (await ports.contacts.findWithRetired(id));
  return concurrent ? repeatOf(concurrent, contact) : { kind: "exists" };
};

/** @returns the outcome of an earlier request, which stored a contact with the same members. */
const repeatOf = (stored: Stored<Contact>, requested: Contact): CreatedContact => {
  const { value: existing } = stored;
  const equal = {
    id: existing.id === requested.id,
    mobilePhone: existing.mobilePhone === requested.mobilePhone,
    firstName: existing.firstName === requested.firstName,
    lastName: existing.lastName === requested.lastName,
    preferredAgentIds: isSameList(existing.preferredAgentIds, requested.preferredAgentIds),
    tags: isSameList(existing.tags, requested.tags),
    retiredAt: existing.retiredAt === undefined,
  } satisfies Record<Exclude<keyof Contact, "updatedAt">, boolean>;
  return Object.values(equal).every(Boolean) ? { kind: "saved", stored } : { kind: "key-reused" };
};

/** Whether two lists have the same items in the same order. */
export const isSameList = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((item, n) => item === other[n]);

export interface ContactChangeRequest {
  readonly id: ContactId;
  readonly change: ContactChange;
  /** The version to change; any version without it. */
  readonly etag?: string | undefined;
}

/**
 * Changes a contact.
 * @throws TransientError when the store is unavailable, or concurrent changes do not cease.
 */
export const changeContact = async (
  ports: SaveContactPorts,
  { id, change, etag }: ContactChangeRequest,
): Promise<ChangedContact> => {
  const { mobilePhone: raw, country: rawCountry, ...rest } = change;
  const reading = raw === undefined ? undefined : await readMobilePhone(ports, raw, rawCountry);
  if (reading && reading.kind !== "number") return reading;
  return retryOnConflict<ChangedContact>({ what: `contact ${id}` }, async () => {
    const stored = await ports.contacts.findWithRetired(id);
    if (!stored) return { kind: "not-found" };
    if (etag !== undefined && stored.etag !== etag) return { kind: "stale" };
    if (stored.value.retiredAt !== undefined) return { kind: "retired" };
    const contact = {
      ...stored.value,
      ...rest,
      ...(reading && { mobilePhone: reading.number }),
      updatedAt: ports.now(),
    };
    const saved = await ports.contacts.replace(stored, contact);
    return saved === "stale" ? RETRY : { kind: "saved", stored: saved };
  });
};
