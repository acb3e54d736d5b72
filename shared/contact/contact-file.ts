import { CsvError, parse } from "csv-parse/sync";
import * as z from "zod";
import type { Contact } from "./contact.ts";
import { type ContactDraft, contactDraftSchema } from "./save-contact.ts";

/** Most contacts in one file: they are written well before a request to Azure Functions times out (230 s). */
export const MAX_FILE_CONTACTS = 10_000;

/** The members of a contact that a file sets. */
export type FileMember = Exclude<keyof Contact, "id" | "preferredAgentIds" | "updatedAt">;
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

/** A row of a file, and the line on which it ends. */
interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * Parses contacts from CSV (RFC 4180). The header names the columns in any order: mobilePhone, firstName, lastName, tags
 * (separated by semicolons) and, optionally, country and id.
 */
export const parseContactFile = (csv: string): ContactFile => {
  const rows = rowsOf(csv);
  if (typeof rows === "string") return { kind: "unreadable", reason: rows };
  const [header, ...body] = rows;
  const columns = columnsOf(header?.cells ?? []);
  if (typeof columns === "string") return { kind: "unreadable", reason: columns };
  if (body.length > MAX_FILE_CONTACTS) {
    return { kind: "unreadable", reason: `has ${body.length} contacts; the limit is ${MAX_FILE_CONTACTS}` };
  }
  const lineOfId = new Map<string, number>();
  return { kind: "entries", entries: body.map((row) => entryOf(row, columns, lineOfId)) };
};

/** @returns the reason as a text when the file is not CSV. */
const rowsOf = (csv: string): readonly Row[] | string => {
  const rows: Row[] = [];
  try {
    // The parser counts a CRLF between quotes as two lines.
    parse(csv.replaceAll("\r\n", "\n"), {
      relax_column_count: true, // entryOf refuses a row with a wrong number of cells, and no other
      skip_empty_lines: true,
      trim: true,
      on_record: (cells: string[], { lines }) => {
        rows.push({ line: lines, cells });
        return null; // the parser need not keep it
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return `is not valid CSV from line ${error.lines} (${error.code})`;
  }
  return rows;
};

/** @returns the reason as a text when the header is invalid. */
const columnsOf = (header: readonly string[]): readonly Column[] | string => {
  const names = z.array(columnSchema).safeParse(header);
  if (
    !names.success ||
    new Set(names.data).size < names.data.length ||
    !REQUIRED_COLUMNS.every((name) => header.includes(name))
  ) {
    return `must have a header with these columns, each once: ${REQUIRED_COLUMNS.join(", ")}; country and id are optional`;
  }
  return names.data;
};

/** @param lineOfId - the line of each id so far. */
const entryOf = ({ line, cells }: Row, columns: readonly Column[], lineOfId: Map<string, number>): FileEntry => {
  const refused = (reason: string): FileEntry => ({ kind: "refused", line, reason });
  if (cells.length !== columns.length) return refused(`has ${cells.length} fields; the header has ${columns.length}`);
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
