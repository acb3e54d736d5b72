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
    ["0 5/20 * * * *", "2026-11-23T06:45:00Z", "2026-11-23T07:05:00.000Z"],
    ["30 0 9-17 * * MON-FRI", "2026-11-20T17:00:30Z", "2026-11-23T09:00:30.000Z"],
    ["30 0 9-17 * * Monday-Friday", "2026-11-20T17:00:30Z", "2026-11-23T09:00:30.000Z"],
    ["0 0 0 * * 0", "2026-11-23T00:00:00Z", "2026-11-29T00:00:00.000Z"],
    ["0 0 0 1 1,jul *", "2026-11-23T00:00:00Z", "2027-01-01T00:00:00.000Z"],
    ["0 0 0 1 2/3 *", "2026-11-23T00:00:00Z", "2027-02-01T00:00:00.000Z"],
    ["0 0 0 29 2 *", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00.000Z"],
    ["0 0 12 13 * 5", "2026-11-23T00:00:00Z", "2027-08-13T12:00:00.000Z"],
    ["0 0 0 30 2 *", "2026-11-23T00:00:00Z", undefined],
  ])("runs %s next after %s at %s", (schedule, after, expected) => {
    expect(next(schedule, after)).toBe(expected);
  });

  it.each([
    "* * * * *",
    "* * * * * * *",
    "60 * * * * *",
    "0 a * * * *",
    "0 * * 0 * *",
    "0 5-1 * * * *",
    "*/0 * * * * *",
    "0 1,, * * * *",
    "0 0 0 * * XMAS",
    "0 0 0 JAN * *",
    "2026-11-23T06:33:37",
  ])("refuses %s", (schedule) => {
    expect(() => parseNcrontab(schedule)).toThrow(/schedule/i);
  });

  it.each([
    "0 0 0 L * *",
    "0 0 0 15W * *",
    "0 0 0 ? * *",
    "0 0 0 * * 5#2",
    "0 0 0 * * 7",
    "0 0 0 * * 5-7",
    "0 0 0 1 * +5",
    "@daily",
  ])("refuses %s, which other cron dialects know", (schedule) => {
    expect(() => parseNcrontab(schedule)).toThrow(/schedule/i);
  });
});
