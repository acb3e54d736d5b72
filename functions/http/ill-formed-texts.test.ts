import { describe, expect, it } from "vitest";
import { illFormedTexts } from "./ill-formed-texts.ts";

const fieldsOf = (value: unknown) => illFormedTexts(value).map(({ field }) => field);

describe("illFormedTexts", () => {
  it("names the members at every depth, in their order", () => {
    const value = { name: "\uD83D", tags: ["a", "b\0"], rules: [{ when: { textContains: ["\uDC4D"] } }], ok: "👍" };
    expect(fieldsOf(value)).toEqual(["name", "tags.1", "rules.0.when.textContains.0"]);
  });

  it("names the object with an ill-formed name, without that name", () => {
    expect(fieldsOf({ when: { "\uD83D": 1 } })).toEqual(["when"]);
  });

  it.each([undefined, null, 1, true, "text", [], {}])("names nothing in %j", (value) => {
    expect(fieldsOf(value)).toEqual([]);
  });

  it("walks a value of any depth", () => {
    const depth = 30_000;
    const value = JSON.parse(`${"[".repeat(depth)}"\\ud83d"${"]".repeat(depth)}`);
    expect(fieldsOf(value)).toHaveLength(1);
  });
});
