import { CsvError, parse } from "csv-parse/sync";

/** A row of a file, or why it cannot be read. `line` counts from 1; for a row on several lines it is the last one. */
export type Row =
  | { readonly line: number; readonly cells: readonly string[] }
  | { readonly line: number; readonly cells?: undefined; readonly reason: string };

/** What separates cells: spreadsheets write a semicolon where a comma separates decimals. */
const SEPARATORS = [",", ";", "\t", "|"];

/** Most lines of one row. It limits how far an unclosed quotation mark is searched for its end. */
const MAX_LINES_OF_ROW = 20;

const MISPLACED_QUOTE = "has a misplaced quotation mark: quote the whole field, and write a quotation mark in it twice";

/**
 * Reads the rows of a CSV file (RFC 4180), its header first. Rows without content are left out. A line with a misplaced
 * quotation mark is refused alone: the lines after it are read as rows again.
 * @param isHeader - whether these cells are the header. It finds out what separates cells, unless the file begins with
 * "sep=", as Excel writes it. If no separator makes a header, the one that makes the most cells counts.
 */
export const readRows = (csv: string, isHeader: (cells: readonly string[]) => boolean): readonly Row[] => {
  const lines = csv.split(/\r\n|\n|\r/);
  const [, declared] = /^"?sep=(.)"?[,;\s]*$/i.exec(lines[0] ?? "") ?? [];
  const first = lines.findIndex((line, i) => line.trim() !== "" && (i > 0 || declared === undefined));
  if (first === -1) return [];
  const header = (separator: string): readonly string[] => {
    const cells = cellsOf(lines.slice(first, first + 1), separator);
    return typeof cells === "string" ? [] : withoutEmptyEnd(cells);
  };
  const separator =
    declared ??
    SEPARATORS.find((candidate) => isHeader(header(candidate))) ??
    SEPARATORS.reduce((best, candidate) => (header(candidate).length > header(best).length ? candidate : best));
  return [...rowsOf(lines, { first, separator })].filter(({ cells }) => cells?.every((cell) => cell === "") !== true);
};

/** Drops the empty cells at the end, which spreadsheets add. */
export const withoutEmptyEnd = (cells: readonly string[]): readonly string[] =>
  cells.slice(0, cells.findLastIndex((cell) => cell !== "") + 1);

function* rowsOf(
  lines: readonly string[],
  { first, separator }: { readonly first: number; readonly separator: string },
): Generator<Row> {
  let width: number | undefined;
  for (let i = first; i < lines.length; ) {
    const row = rowAt(lines.slice(i, i + MAX_LINES_OF_ROW), { separator, width });
    if (row === undefined) yield { line: i + 1, reason: MISPLACED_QUOTE };
    else yield { line: i + row.lineCount, cells: row.cells };
    width ??= row && withoutEmptyEnd(row.cells).length;
    i += row?.lineCount ?? 1;
  }
}

interface ReadRow {
  readonly cells: readonly string[];
  readonly lineCount: number;
}

/**
 * Reads the row at the beginning of some lines.
 * @param width - the number of columns. A row on several lines must have it: else its quotation mark is a mistake that
 * another one happens to close.
 * @returns undefined when the first line is no row.
 */
const rowAt = (
  lines: readonly string[],
  { separator, width }: { readonly separator: string; readonly width: number | undefined },
): ReadRow | undefined => {
  for (let lineCount = 1; lineCount <= lines.length; lineCount += 1) {
    const cells = cellsOf(lines.slice(0, lineCount), separator);
    if (cells === "invalid") return undefined;
    if (cells === "unclosed") continue;
    const isWhole = lineCount === 1 || cells.length === width || withoutEmptyEnd(cells).length === width;
    return isWhole ? { cells, lineCount } : undefined;
  }
  return undefined;
};

/** @returns the cells of one row; `unclosed` when a quotation mark needs a further line. */
const cellsOf = (lines: readonly string[], separator: string): readonly string[] | "unclosed" | "invalid" => {
  const text = lines.join("\n");
  if (!text.includes('"')) return text.split(separator).map((cell) => cell.trim());
  try {
    const records: string[][] = parse(text, { delimiter: separator, trim: true });
    return records[0] ?? [""];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return error.code === "CSV_QUOTE_NOT_CLOSED" ? "unclosed" : "invalid";
  }
};
