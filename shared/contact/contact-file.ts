import { CsvError, parse } from "csv-parse/sync";
import * as z from "zod";
import { type ContactDraft, contactDraftSchema } from "./save-contact.ts";

/** Most contacts in one file: so many are written well before a request to Azure Functions times out (230 s). */
export const FILE_CONTACTS = 10_000;

const NEEDED = ["mobilePhone", "firstName", "lastName", "tags"] as const;
const columnSchema = z.enum([...NEEDED, "country", "id"]);
type Column = z.infer<typeof columnSchema>;

/** One contact of a file. Lines count from 1; a contact that takes several has the number of the last. */
export type FileEntry =
  | { readonly kind: "draft"; readonly line: number; readonly draft: ContactDraft }
  | { readonly kind: "refused"; readonly line: number; readonly reason: string };

/** `unreadable`: no contact can be told from another, so nothing of the file is taken. */
export type ContactFile =
  | { readonly kind: "entries"; readonly entries: readonly FileEntry[] }
  | { readonly kind: "unreadable"; readonly reason: string };

/** A row of a file, and the line that it ends on. */
interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * Reads contacts from CSV (RFC 4180). The first line names the columns, in any order: mobilePhone, firstName, lastName,
 * tags (separated by semicolons), and, where wanted, country and id.
 */
export const readContactFile = (csv: string): ContactFile => {
  const rows = rowsOf(csv);
  if (typeof rows === "string") return { kind: "unreadable", reason: rows };
  const [header, ...body] = rows;
  const columns = columnsOf(header?.cells ?? []);
  if (typeof columns === "string") return { kind: "unreadable", reason: columns };
  if (body.length > FILE_CONTACTS) {
    return { kind: "unreadable", reason: `has ${body.length} contacts; at most ${FILE_CONTACTS} are taken at once` };
  }
  const lineOfId = new Map<string, number>();
  return { kind: "entries", entries: body.map((row) => entryOf(row, columns, lineOfId)) };
};

/** @returns what is wrong, when the text is not CSV. */
const rowsOf = (csv: string): readonly Row[] | string => {
  const rows: Row[] = [];
  try {
    // The parser counts a CRLF between quotes as two lines.
    parse(csv.replaceAll("\r\n", "\n"), {
      relax_column_count: true, // a row too short is refused alone, by entryOf
      skip_empty_lines: true,
      trim: true,
      on_record: (cells: string[], { lines }) => {
        rows.push({ line: lines, cells });
        return null; // kept here, with its line
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return `is not CSV from line ${error.lines} on (${error.code})`;
  }
  return rows;
};

/** @returns what is wrong, when the line does not name the columns. */
const columnsOf = (header: readonly string[]): readonly Column[] | string => {
  const names = z.array(columnSchema).safeParse(header);
  if (
    !names.success ||
    new Set(names.data).size < names.data.length ||
    !NEEDED.every((name) => header.includes(name))
  ) {
    return `must name these columns in its first line, each once: ${NEEDED.join(", ")}; it may add country and id`;
  }
  return names.data;
};

/** @param lineOfId - the ids seen so far, each with its line. */
const entryOf = ({ line, cells }: Row, columns: readonly Column[], lineOfId: Map<string, number>): FileEntry => {
  const refused = (because: string): FileEntry => ({ kind: "refused", line, reason: because });
  if (cells.length !== columns.length) {
    return refused(`has ${cells.length} fields; the first line names ${columns.length}`);
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
  const earlier = id && lineOfId.get(id);
  if (earlier) return refused(`id: is on line ${earlier} already`);
  if (id) lineOfId.set(id, line);
  return { kind: "draft", line, draft: parsed.data };
};

const tagsOf = (cell: string): readonly string[] =>
  cell
    .split(";")
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");
