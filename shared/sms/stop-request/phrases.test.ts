import { describe, expect, it } from "vitest";
import { matchesOne, phrasesOf } from "./phrases.ts";

const phrase = phrasesOf({ polite: "please|just", later: "now|{day}", day: "today|tonight" });

describe("phrasesOf", () => {
  it.each([
    ["stop", true],
    ["please just stop", true],
    ["stop now tonight", true],
    ["please stop today", true],
    ["now stop", false],
    ["stop please", false],
  ])("makes a pattern of groups: %j matches %s", (clause, matches) => {
    expect(matchesOne([phrase("^{polite...}stop{...later}$")], clause)).toBe(matches);
  });

  it("makes a pattern of exceptions", () => {
    const phrases = [phrase("\\bstop\\b", "\\bbus {later}\\b")];
    expect(matchesOne(phrases, "stop the bus")).toBe(true);
    expect(matchesOne(phrases, "stop the bus today")).toBe(false);
  });

  it("refuses an unknown group", () => {
    expect(() => phrase("{rude}")).toThrow("there is no group rude");
  });
});
