import { describe, expect, it } from "vitest";
import { parseNcrontab } from "./ncrontab.ts";

const next = (schedule: string, after: string): string | undefined => {
  const time = parseNcrontab(schedule)(Date.parse(after));
  return time === undefined ? undefined : new Date(time).toISOString();
};

describe("parseNcrontab", () => {
  it.each([
    ["0 * * * * *", "2026-11-23T06:33:37Z", "2026-11-23T06:34:00.000Z"],
    ["0 * * * * *", "2026-11-23T06:34:00Z", "2026-11-23T06:35:00.000Z"],
    ["*/15 * * * * *", "2026-11-23T06:33:37.5Z", "2026-11-23T06:33:45.000Z"],
    ["0 5/20 * * * *", "2026-11-23T06:26:00Z", "2026-11-23T06:45:00.000Z"],
    ["30 0 9-17 * * MON-FRI", "2026-11-20T17:00:30Z", "2026-11-23T09:00:30.000Z"],
    ["0 0 0 1 1,jul *", "2026-11-23T00:00:00Z", "2027-01-01T00:00:00.000Z"],
    ["0 0 0 29 2 *", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00.000Z"],
    ["0 0 12 13 * 5", "2026-11-23T00:00:00Z", "2027-08-13T12:00:00.000Z"],
    ["0 0 0 30 2 *", "2026-11-23T00:00:00Z", undefined],
  ])("has %s after %s come at %s", (schedule, after, expected) => {
    expect(next(schedule, after)).toBe(expected);
  });

  it.each([
    "* * * * *",
    "60 * * * * *",
    "0 a * * * *",
    "0 * * 0 * *",
    "0 5-1 * * * *",
    "*/0 * * * * *",
    "0 1,, * * * *",
  ])("refuses %s", (schedule) => {
    expect(() => parseNcrontab(schedule)).toThrow(/schedule/i);
  });
});
