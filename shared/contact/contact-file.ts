import * as z from "zod";
import { fold } from "../sms/fold.ts";
import type { Contact } from "./contact.ts";
import { type Row, readRows, withoutEmptyEnd } from "./csv-rows.ts";
import { type ContactDraft, contactDraftSchema } from "./save-contact.ts";

/** Most contacts in one file: they are written well before a request to Azure Functions times out (230 s). */
export const MAX_FILE_CONTACTS = 10_000;

/** Most columns of a file: far more than a contact has, and few enough to compare. */
const MAX_COLUMNS = 100;

/** The members of a contact that a file sets. */
export type FileMember = Exclude<keyof Contact, "id" | "preferredAgentIds" | "updatedAt" | "retiredAt">;
type Column = FileMember | "id" | "country";

/** Whether a file must have each column. */
const IS_REQUIRED = {
  mobilePhone: true,
  firstName: true,
  lastName: true,
  tags: true,
  country: false,
  id: false,
} satisfies Record<Column, boolean>;
const columnSchema = z.enum(Object.keys(IS_REQUIRED) as Column[]);
const REQUIRED_COLUMNS = columnSchema.options.filter((column) => IS_REQUIRED[column]);

/** A contact of a file. `line` counts from 1; for a contact on several lines it is the last one. */
export type FileEntry =
  | { readonly kind: "draft"; readonly line: number; readonly draft: ContactDraft }
  | { readonly kind: "refused"; readonly line: number; readonly reason: string };

/** `unreadable`: the file cannot be divided into contacts, so none is imported. */
export type ContactFile =
  | { readonly kind: "entries"; readonly entries: readonly FileEntry[] }
  | { readonly kind: "unreadable"; readonly reason: string };

/**
 * Parses contacts from CSV (RFC 4180), with any usual separator. The header names the columns in any order and case:
 * mobilePhone, firstName, lastName, tags (separated by semicolons) and, optionally, country and id.
 */
export const parseContactFile = (csv: string): ContactFile => {
  const [header, ...rows] = readRows(csv, (cells) => columnsOf(cells) !== undefined);
  const names = withoutEmptyEnd(header?.cells ?? []);
  const columns = columnsOf(names);
  if (!columns) return { kind: "unreadable", reason: names.length > MAX_COLUMNS ? tooManyColumns(names) : NO_HEADER };
  if (rows.length > MAX_FILE_CONTACTS) {
    return { kind: "unreadable", reason: `has ${rows.length} contacts; the limit is ${MAX_FILE_CONTACTS}` };
  }
  const lineOfId = new Map<string, number>();
  return { kind: "entries", entries: rows.map((row) => entryOf(row, columns, lineOfId)) };
};

const NO_HEADER = `must have a header with these columns, each once: ${REQUIRED_COLUMNS.join(", ")}; country and id are optional`;

const tooManyColumns = ({ length }: readonly string[]): string =>
  `has ${length} columns in its first line; the limit is ${MAX_COLUMNS}`;

/** The letters of a column's name: "Mobile phone" is mobilePhone. */
const columnForm = (name: string): string => fold(name).replace(/[^a-z]/g, "");

/** @returns undefined when the cells are not the header. */
const columnsOf = (cells: readonly string[]): readonly Column[] | undefined => {
  if (cells.length > MAX_COLUMNS) return undefined;
  const columns = cells.map((cell) => columnSchema.options.find((column) => columnForm(column) === columnForm(cell)));
  const known = columns.filter((column) => column !== undefined);
  const isComplete = REQUIRED_COLUMNS.every((column) => known.includes(column));
  return isComplete && new Set(known).size === cells.length ? known : undefined;
};

/** @param lineOfId - the line of each id so far. */
const entryOf = (row: Row, columns: readonly Column[], lineOfId: Map<string, number>): FileEntry => {
  const { line } = row;
  const refused = (reason: string): FileEntry => ({ kind: "refused", line, reason });
  if (!row.cells) return refused(row.reason);
  const { cells } = row;
  if (cells.length < columns.length || withoutEmptyEnd(cells).length > columns.length) {
    return refused(`has ${cells.length} fields; the header has ${columns.length}`);
  }
  const cellOf: Partial<Record<Column, string>> = Object.fromEntries(columns.map((name, i) => [name, cells[i]]));
  const parsed = contactDraftSchema.safeParse({
    mobilePhone: cellOf.mobilePhone,
    firstName: cellOf.firstName,
    lastName: cellOf.lastName,
    tags: tagsOf(cellOf.tags ?? ""),
    ...(cellOf.country && { country: cellOf.country }),
    ...(cellOf.id && { id: cellOf.id }),
  });
  if (!parsed.success) {
    return refused(parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "));
  }
  const { id } = parsed.data;
  const firstLine = id && lineOfId.get(id);
  if (firstLine) return refused(`id: is already on line ${firstLine}`);
  if (id) lineOfId.set(id, line);
  return { kind: "draft", line, draft: parsed.data };
};

const tagsOf = (cell: string): readonly string[] =>
  cell
    .split(";")
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");
