import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFilter, UnsupportedFilterError } from "./filter.ts";

const ana = { userId: "Ana", groups: new Set(["support", "it's or not"]) };
const nobody = { userId: undefined, groups: new Set<string>() };

describe("parseFilter", () => {
  it.each([
    ["userId eq 'ana'", true],
    ["userId eq 'ben'", false],
    ["'SUPPORT' in groups", true],
    ["'sales' in groups", false],
    ["userId eq 'ben' or 'sales' in groups or 'support' in groups", true],
    ["userId eq 'ben' or 'sales' in groups", false],
    ["'it''s or not' in groups", true],
  ])("selects Ana by %s: %s", (filter, expected) => {
    expect(parseFilter(filter)(ana)).toBe(expected);
  });

  it("selects no connection without a user or a group", () => {
    expect(parseFilter("userId eq 'ana' or 'support' in groups")(nobody)).toBe(false);
  });

  it.each(["", "userId ne 'ana'", "userId eq 'a' and 'b' in groups", "not ('b' in groups)", "userId eq 'a'b'"])(
    "refuses what it does not support: %s",
    (filter) => {
      expect(() => parseFilter(filter)).toThrow(UnsupportedFilterError);
    },
  );

  it("finds every user and group by its quoted name", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (userId, group) => {
        const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
        const filter = `userId eq ${quoted(userId)} or ${quoted(group)} in groups`;
        expect(parseFilter(filter)({ userId, groups: new Set() })).toBe(true);
        expect(parseFilter(filter)({ userId: undefined, groups: new Set([group]) })).toBe(true);
      }),
    );
  });
});
