import type { PhoneNumber } from "../sms/address.ts";
import type { Contact, ContactId } from "./contact.ts";
import { type FileEntry, readContactFile } from "./contact-file.ts";
import { readMobilePhone } from "./mobile-phone.ts";
import { type ContactDraft, changeContact, createContact, type SaveContactDeps } from "./save-contact.ts";

/** What became of one line of a file. */
type ImportedLine =
  | { readonly line: number; readonly outcome: "created" | "updated" | "unchanged"; readonly contactId: ContactId }
  | { readonly line: number; readonly outcome: "refused"; readonly because: string };

export type Import =
  | { readonly kind: "imported"; readonly lines: readonly ImportedLine[] }
  | { readonly kind: "unreadable"; readonly because: string };

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
export const importContacts = async (deps: SaveContactDeps, csv: string): Promise<Import> => {
  const file = readContactFile(csv);
  if (file.kind === "unreadable") return file;
  const lines: ImportedLine[] = [];
  const numbered: Numbered[] = [];
  for (const entry of file.entries) {
    const checked = await withNumber(deps, entry);
    if ("outcome" in checked) lines.push(checked);
    else numbered.push(checked);
  }
  // Lines about one number are taken in turn: the second may be about the contact that the first one made.
  const customers = [...Map.groupBy(numbered, ({ number }) => number).values()];
  for (let first = 0; first < customers.length; first += PARALLEL) {
    const taken = await Promise.all(customers.slice(first, first + PARALLEL).map((each) => takeInTurn(deps, each)));
    lines.push(...taken.flat());
  }
  return { kind: "imported", lines: lines.toSorted((a, b) => a.line - b.line) };
};

const refused = (line: number, because: string): ImportedLine => ({ line, outcome: "refused", because });

const withNumber = async (deps: SaveContactDeps, entry: FileEntry): Promise<Numbered | ImportedLine> => {
  const { line } = entry;
  if (entry.kind === "refused") return refused(line, entry.because);
  const { draft } = entry;
  const number = await readMobilePhone(deps, draft.mobilePhone, draft.country);
  return number ? { line, draft, number } : refused(line, "mobilePhone: is no phone number of the country meant");
};

const takeInTurn = async (deps: SaveContactDeps, lines: readonly Numbered[]): Promise<readonly ImportedLine[]> => {
  const imported: ImportedLine[] = [];
  for (const line of lines) imported.push(await takeIn(deps, line));
  return imported;
};

const takeIn = async (deps: SaveContactDeps, { line, draft, number }: Numbered): Promise<ImportedLine> => {
  const known = await knownAs(deps, draft, number);
  if (known && isSame(known, draft, number)) return { line, outcome: "unchanged", contactId: known.id };
  const { mobilePhone, country, firstName, lastName, tags } = draft;
  const saved = known
    ? await changeContact(deps, known.id, { mobilePhone, country, firstName, lastName, tags })
    : await createContact(deps, draft);
  return saved.kind === "saved"
    ? { line, outcome: known ? "updated" : "created", contactId: saved.contact.id }
    : refused(line, "the contact was changed or removed at the same time");
};

/** The contact that a line is about, if it is there. */
const knownAs = async (
  { contacts }: SaveContactDeps,
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
