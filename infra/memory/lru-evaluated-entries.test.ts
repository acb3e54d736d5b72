import { describe, expect, it } from "vitest";
import { LruEvaluatedEntries } from "./lru-evaluated-entries.ts";

describe("LruEvaluatedEntries", () => {
  it("keeps the newest entries, and counts one that is added again as new", () => {
    const entries = new LruEvaluatedEntries(2);
    entries.add(["a", "b", "a", "c"]);
    expect(["a", "b", "c"].filter((entry) => entries.has(entry))).toEqual(["a", "c"]);
  });
});
