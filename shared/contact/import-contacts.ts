import type { Ports } from "../kernel/ports.ts";
import type { PhoneNumber } from "../sms/address.ts";
import type { Contact, ContactId } from "./contact.ts";
import { type FileEntry, readContactFile } from "./contact-file.ts";
import { readMobilePhone } from "./mobile-phone.ts";
import { type ContactDraft, changeContact, createContact } from "./save-contact.ts";

type SaveContactPorts = Pick<Ports, "contacts" | "settings" | "now" | "newId">;

/** What became of one line of a file. */
export type ImportedLine =
  | { readonly line: number; readonly outcome: "created" | "updated" | "unchanged"; readonly contactId: ContactId }
  | { readonly line: number; readonly outcome: "refused"; readonly reason: string };

export type Import =
  | { readonly kind: "imported"; readonly lines: readonly ImportedLine[] }
  | { readonly kind: "unreadable"; readonly reason: string };

/** A line whose contact has a number. */
interface Numbered {
  readonly line: number;
  readonly draft: ContactDraft;
  readonly number: PhoneNumber;
}

/** How many customers are written at a time. */
const PARALLEL = 16;

/**
 * Takes in contacts from a CSV file. A line with an id is about that contact; one without is about the contact with
 * its number and names. So the same file taken in again changes nothing, and an import that broke off can be repeated.
 * A line that is refused stops no other.
 * @param csv - see `readContactFile`.
 * @throws TransientError when the store is unavailable; some lines may have been taken in.
 */
export const importContacts = async (ports: SaveContactPorts, csv: string): Promise<Import> => {
  const file = readContactFile(csv);
  if (file.kind === "unreadable") return file;
  const lines: ImportedLine[] = [];
  const numbered: Numbered[] = [];
  for (const entry of file.entries) {
    const checked = await withNumber(ports, entry);
    if ("outcome" in checked) lines.push(checked);
    else numbered.push(checked);
  }
  // Lines about one number are taken in turn: the second may be about the contact that the first one made.
  const customers = [...Map.groupBy(numbered, ({ number }) => number).values()];
  for (let first = 0; first < customers.length; first += PARALLEL) {
    const taken = await Promise.all(customers.slice(first, first + PARALLEL).map((each) => takeInTurn(ports, each)));
    lines.push(...taken.flat());
  }
  return { kind: "imported", lines: lines.toSorted((a, b) => a.line - b.line) };
};

const refused = (line: number, because: string): ImportedLine => ({ line, outcome: "refused", reason: because });

const withNumber = async (ports: SaveContactPorts, entry: FileEntry): Promise<Numbered | ImportedLine> => {
  const { line } = entry;
  if (entry.kind === "refused") return refused(line, entry.reason);
  const { draft } = entry;
  const number = await readMobilePhone(ports, draft.mobilePhone, draft.country);
  return number ? { line, draft, number } : refused(line, "mobilePhone: is no phone number of the country meant");
};

const takeInTurn = async (ports: SaveContactPorts, lines: readonly Numbered[]): Promise<readonly ImportedLine[]> => {
  const imported: ImportedLine[] = [];
  for (const line of lines) imported.push(await takeIn(ports, line));
  return imported;
};

const takeIn = async (ports: SaveContactPorts, { line, draft, number }: Numbered): Promise<ImportedLine> => {
  const known = await knownAs(ports, draft, number);
  if (known && isSame(known, draft, number)) return { line, outcome: "unchanged", contactId: known.id };
  const { mobilePhone, country, firstName, lastName, tags } = draft;
  const saved = known
    ? await changeContact(ports, known.id, { mobilePhone, country, firstName, lastName, tags })
    : await createContact(ports, draft);
  return saved.kind === "saved"
    ? { line, outcome: known ? "updated" : "created", contactId: saved.stored.value.id }
    : refused(line, "the contact was changed or removed at the same time");
};

/** The contact that a line is about, if it is there. */
const knownAs = async (
  { contacts }: SaveContactPorts,
  draft: ContactDraft,
  number: PhoneNumber,
): Promise<Contact | undefined> => {
  if (draft.id !== undefined) return (await contacts.find(draft.id))?.value;
  const sharing = await contacts.withMobilePhone(number);
  return sharing.find(({ firstName, lastName }) => firstName === draft.firstName && lastName === draft.lastName);
};

const isSame = (known: Contact, draft: ContactDraft, number: PhoneNumber): boolean =>
  known.mobilePhone === number &&
  known.firstName === draft.firstName &&
  known.lastName === draft.lastName &&
  known.tags.length === draft.tags.length &&
  known.tags.every((tag, i) => tag === draft.tags[i]);
