import { expect, it } from "vitest";
import { RecentEntries } from "./recent-entries.ts";

it("remembers the newest, and forgets the oldest beyond its number", () => {
  const recent = new RecentEntries(2);
  recent.add(["a", "b"]);
  recent.add(["a"]);
  recent.add(["c"]);
  expect(["a", "b", "c"].filter((entry) => recent.has(entry))).toEqual(["a", "c"]);
});
