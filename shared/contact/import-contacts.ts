import type { Ports } from "../kernel/ports.ts";
import type { PhoneNumber } from "../sms/address.ts";
import { fold } from "../sms/fold.ts";
import type { Contact, ContactId } from "./contact.ts";
import { type FileEntry, type FileMember, parseContactFile } from "./contact-file.ts";
import { contactsWithNumber } from "./contacts-with-number.ts";
import { NUMBER_PROBLEMS, readMobilePhone } from "./mobile-phone.ts";
import { type ContactDraft, changeContact, createContact, isSameList } from "./save-contact.ts";

type SaveContactPorts = Pick<Ports, "contacts" | "settings" | "now" | "newId">;

/** The outcome of one line of a file. */
export type ImportedLine =
  | { readonly line: number; readonly outcome: "created" | "updated" | "unchanged"; readonly contactId: ContactId }
  | { readonly line: number; readonly outcome: "refused"; readonly reason: string };

export type Import =
  | { readonly kind: "imported"; readonly lines: readonly ImportedLine[] }
  | { readonly kind: "unreadable"; readonly reason: string };

/** A line with a valid number. */
interface ValidLine {
  readonly line: number;
  readonly draft: ContactDraft;
  readonly number: PhoneNumber;
}

/** How many numbers are written in parallel. */
const PARALLEL_NUMBERS = 16;

/**
 * Imports contacts from a CSV file. A line with an id concerns that contact; a line without one concerns the contact with
 * its number and names, in any written form. Repeating an import therefore changes nothing, and completes an interrupted
 * one. A refused line does not affect the others.
 * @param csv - see `parseContactFile`.
 * @throws TransientError when the store is unavailable; some lines may have been imported.
 */
export const importContacts = async (ports: SaveContactPorts, csv: string): Promise<Import> => {
  const file = parseContactFile(csv);
  if (file.kind === "unreadable") return file;
  const imported: ImportedLine[] = [];
  const valid: ValidLine[] = [];
  for (const entry of file.entries) {
    const checked = await checkLine(ports, entry);
    if ("outcome" in checked) imported.push(checked);
    else valid.push(checked);
  }
  // Lines with one number are imported in sequence: the second may concern the contact that the first one creates.
  const byNumber = [...Map.groupBy(valid, ({ number }) => number).values()];
  for (let first = 0; first < byNumber.length; first += PARALLEL_NUMBERS) {
    const batch = byNumber.slice(first, first + PARALLEL_NUMBERS);
    const results = await Promise.all(batch.map((lines) => importInSequence(ports, lines)));
    imported.push(...results.flat());
  }
  return { kind: "imported", lines: imported.toSorted((a, b) => a.line - b.line) };
};

const refused = (line: number, reason: string): ImportedLine => ({ line, outcome: "refused", reason });

const checkLine = async (ports: SaveContactPorts, entry: FileEntry): Promise<ValidLine | ImportedLine> => {
  const { line } = entry;
  if (entry.kind === "refused") return refused(line, entry.reason);
  const { draft } = entry;
  const reading = await readMobilePhone(ports, draft.mobilePhone, draft.country);
  return reading.kind === "number"
    ? { line, draft, number: reading.number }
    : refused(line, `mobilePhone: ${NUMBER_PROBLEMS[reading.kind]}`);
};

const importInSequence = async (
  ports: SaveContactPorts,
  lines: readonly ValidLine[],
): Promise<readonly ImportedLine[]> => {
  const imported: ImportedLine[] = [];
  for (const line of lines) imported.push(await importLine(ports, line));
  return imported;
};

const importLine = async (ports: SaveContactPorts, { line, draft, number }: ValidLine): Promise<ImportedLine> => {
  const existing = await findExisting(ports, draft, number);
  if (existing && isSame(existing, draft, number)) return { line, outcome: "unchanged", contactId: existing.id };
  const { mobilePhone, country, firstName, lastName, tags } = draft;
  const change = { mobilePhone, firstName, lastName, tags } satisfies Record<FileMember, unknown>;
  const saved = existing
    ? await changeContact(ports, { id: existing.id, change: { ...change, country } })
    : await createContact(ports, draft);
  return saved.kind === "saved"
    ? { line, outcome: existing ? "updated" : "created", contactId: saved.stored.value.id }
    : refused(line, "the contact was changed at the same time: import it again");
};

/** @returns the contact that a line concerns, if it exists. */
const findExisting = async (
  { contacts }: SaveContactPorts,
  draft: ContactDraft,
  number: PhoneNumber,
): Promise<Contact | undefined> => {
  if (draft.id !== undefined) return (await contacts.find(draft.id))?.value;
  const sharing = await contactsWithNumber(contacts, number);
  const hasName = (form: (name: string) => string) => (contact: Contact) =>
    form(contact.firstName) === form(draft.firstName) && form(contact.lastName) === form(draft.lastName);
  return sharing.find(hasName((name) => name)) ?? sharing.find(hasName(fold));
};

const isSame = (existing: Contact, draft: ContactDraft, number: PhoneNumber): boolean => {
  const equal = {
    mobilePhone: existing.mobilePhone === number,
    firstName: existing.firstName === draft.firstName,
    lastName: existing.lastName === draft.lastName,
    tags: isSameList(existing.tags, draft.tags),
  } satisfies Record<FileMember, boolean>;
  return Object.values(equal).every(Boolean);
};
