import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toCsv } from "./csv.ts";

const written = (cell: string): string => {
  const [, line = []] = parse(toCsv(["reason"], [{ reason: cell }])) as string[][];
  return line[0] ?? "";
};

describe("toCsv", () => {
  it("writes a header and quotes what needs it", () => {
    expect(toCsv(["a", "b"], [{ a: 'x "y"', b: "1,2\n3" }])).toBe('a,b\n"x ""y""","1,2\n3"\n');
  });

  it.each([
    '=HYPERLINK("https://evil.example","refund")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u200B=1",
    "＝1+1",
    "＠SUM(A1)",
    "- asked by phone",
  ])("escapes %j, which a spreadsheet would evaluate", (cell) => {
    expect(written(cell)).toBe(`'${cell}`);
  });

  it.each(["+14255550123", "12345", "CONTOSO", "2026-03-02T10:00:00.000Z", "asked = agreed", "a-b", "", "'quoted'"])(
    "writes %j as it is",
    (cell) => {
      expect(written(cell)).toBe(cell);
    },
  );

  it("never begins a cell with the sign of a formula, except the plus of a number", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 10 }),
        fc.constantFrom("", "=", "+", "-", "@", "\t"),
        (rest, sign) => {
          const cell = written(sign + rest.replaceAll("\uFEFF", ""));
          expect(/^[=\-@\t\r]/.test(cell) || (cell.startsWith("+") && !/^\+\d+$/.test(cell))).toBe(false);
        },
      ),
    );
  });
});
