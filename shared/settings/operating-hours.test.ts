import { describe, expect, it } from "vitest";
import { addSeconds, type Instant, instantSchema } from "../kernel/instant.ts";
import { isOpen, isOpenFor, type OperatingHours, operatingHoursSchema } from "./operating-hours.ts";

const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

const hours = (timeZone: string, from: string, until: string, holidays: string[] = []): OperatingHours =>
  operatingHoursSchema.parse({ timeZone, week: DAYS.slice(0, 5).map((day) => ({ day, from, until })), holidays });

const at = (instant: string): Instant => instantSchema.parse(instant);

describe("isOpen", () => {
  it.each([
    ["2026-03-02T07:59:59.999Z", false],
    ["2026-03-02T08:00:00.000Z", true],
    ["2026-03-02T16:59:59.999Z", true],
    ["2026-03-02T17:00:00.000Z", false],
    ["2026-03-01T12:00:00.000Z", false],
  ])("is open from the start of a span and closed from its end, on its days: %s is %s", (instant, open) => {
    expect(isOpen(hours("Europe/Madrid", "09:00", "18:00"), at(instant))).toBe(open);
  });

  it("uses the day of the week in the time zone", () => {
    const night = hours("Pacific/Auckland", "00:00", "01:00");
    // In Auckland it is Monday 00:30 while it is Sunday in UTC, and Saturday 00:30 while it is Friday in UTC.
    expect(isOpen(night, at("2026-06-07T12:30:00.000Z"))).toBe(true);
    expect(isOpen(night, at("2026-06-12T12:30:00.000Z"))).toBe(false);
  });

  it.each([
    // Madrid is at UTC+1 until 29 March 2026, and at UTC+2 from then to 25 October.
    ["2026-03-27T08:30:00.000Z", true],
    ["2026-03-30T07:30:00.000Z", true],
    ["2026-03-30T16:30:00.000Z", false],
    ["2026-10-23T07:30:00.000Z", true],
    ["2026-10-26T07:30:00.000Z", false],
  ])("follows daylight saving time: %s is %s", (instant, open) => {
    expect(isOpen(hours("Europe/Madrid", "09:00", "18:00"), at(instant))).toBe(open);
  });

  it("is open twice for a repeated hour, and never for a skipped one", () => {
    const nights = operatingHoursSchema.parse({
      timeZone: "America/New_York",
      week: [{ day: "sunday", from: "01:00", until: "03:00" }],
      holidays: [],
    });
    // 1 November 2026: 01:30 happens at 05:30Z and again at 06:30Z. 8 March 2026: 02:00 to 03:00 does not happen.
    expect(isOpen(nights, at("2026-11-01T05:30:00.000Z"))).toBe(true);
    expect(isOpen(nights, at("2026-11-01T06:30:00.000Z"))).toBe(true);
    expect(isOpen(nights, at("2026-03-08T06:59:00.000Z"))).toBe(true);
    expect(isOpen(nights, at("2026-03-08T07:00:00.000Z"))).toBe(false);
  });

  it("is closed on a holiday, by the date in the time zone", () => {
    const withHoliday = hours("Asia/Tokyo", "00:00", "24:00", ["2026-05-05"]);
    expect(isOpen(withHoliday, at("2026-05-04T14:59:00.000Z"))).toBe(true);
    expect(isOpen(withHoliday, at("2026-05-04T15:00:00.000Z"))).toBe(false);
    expect(isOpen(withHoliday, at("2026-05-05T15:00:00.000Z"))).toBe(true);
  });

  it("is open in the last minute of a day that ends at 24:00", () => {
    expect(isOpen(hours("UTC", "00:00", "24:00"), at("2026-03-02T23:59:59.999Z"))).toBe(true);
  });

  it("supports time zones with half and quarter hours", () => {
    expect(isOpen(hours("Asia/Kathmandu", "09:00", "10:00"), at("2026-03-02T03:15:00.000Z"))).toBe(true);
    expect(isOpen(hours("Asia/Kathmandu", "09:00", "10:00"), at("2026-03-02T03:14:00.000Z"))).toBe(false);
  });
});

describe("operatingHoursSchema", () => {
  const valid = { timeZone: "UTC", week: [], holidays: [] };

  it.each([
    { timeZone: "Mars/Olympus" },
    { timeZone: "" },
    { week: [{ day: "monday", from: "18:00", until: "09:00" }] },
    { week: [{ day: "monday", from: "09:00", until: "09:00" }] },
    { week: [{ day: "monday", from: "9:00", until: "18:00" }] },
    { week: [{ day: "monday", from: "09:00", until: "24:01" }] },
    { holidays: ["2026-02-30"] },
  ])("refuses %j", (wrong) => {
    expect(operatingHoursSchema.safeParse({ ...valid, ...wrong }).success).toBe(false);
  });
});

describe("isOpenFor", () => {
  const office = hours("Europe/Madrid", "09:00", "18:00");
  /** Monday, an hour after the office opened. */
  const monday = at("2026-03-02T09:00:00.000Z");
  /** Friday, half an hour before the office closed. */
  const friday = at("2026-02-27T16:30:00.000Z");

  it.each([
    [5400, true],
    [5460, false],
  ])("adds the open time before and after a closed time: %i seconds is %s", (seconds, expected) => {
    expect(isOpenFor(office, { since: friday, now: monday, seconds })).toBe(expected);
  });

  it("is false while the hours are closed", () => {
    const saturday = at("2026-02-28T12:00:00.000Z");
    expect(isOpenFor(office, { since: friday, now: saturday, seconds: 60 })).toBe(false);
  });

  it.each([office, undefined])("is exact to the second within open time, and without hours", (open) => {
    const during = (seconds: number) => isOpenFor(open, { since: addSeconds(monday, -95), now: monday, seconds });
    expect([during(95), during(96)]).toEqual([true, false]);
  });
});
