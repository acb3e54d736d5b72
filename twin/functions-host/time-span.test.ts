import { describe, expect, it } from "vitest";
import { parseTimeSpan } from "./time-span.ts";

describe("parseTimeSpan", () => {
  it.each([
    ["00:00:02", 2_000],
    ["00:05:00", 300_000],
    ["1.02:00:00", 93_600_000],
    ["00:00:00.5", 500],
  ])("parses %s to %d milliseconds", (text, ms) => {
    expect(parseTimeSpan(text)).toBe(ms);
  });

  it.each(["", "5", "00:60:00", "24:00:00", "-00:00:01", "00:00"])("returns undefined for %j", (text) => {
    expect(parseTimeSpan(text)).toBeUndefined();
  });
});
