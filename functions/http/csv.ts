import { stringify } from "csv-stringify/sync";

/** A cell that a spreadsheet would evaluate as a formula. Source: OWASP, CSV injection; "＝" and the like are full width. */
const FORMULA = /^(?:[\t\r\n]|[\s\p{Default_Ignorable_Code_Point}]*[=+\-@＝＋－＠])/u;
/** A phone number. Its plus is harmless: a spreadsheet evaluates it to the number itself. */
const PHONE_NUMBER = /^\+\d{1,15}$/;

/** The apostrophe makes a spreadsheet show the cell as a text. */
const escaped = (cell: string): string => (FORMULA.test(cell) && !PHONE_NUMBER.test(cell) ? `'${cell}` : cell);

/** Writes CSV (RFC 4180) with a header. A cell that a spreadsheet would evaluate is escaped. */
export const toCsv = <C extends string>(
  columns: readonly C[],
  lines: readonly { readonly [K in C]: string }[],
): string =>
  stringify(
    lines.map((line) => columns.map((column) => escaped(line[column]))),
    { header: true, columns: [...columns] },
  );
