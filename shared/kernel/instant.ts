import * as z from "zod";

/**
 * A moment as ISO 8601 in UTC, with milliseconds and "Z". All instants have the same form, so comparing them as strings
 * compares their times, in memory and in a query.
 */
export const instantSchema = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
  .brand("Instant")
  .meta({ description: "ISO 8601, UTC", examples: ["2026-01-31T09:30:00.000Z"] });
export type Instant = z.infer<typeof instantSchema>;

export const toInstant = (date: Date): Instant => instantSchema.parse(date.toISOString());

/** @param seconds - may be negative, and fractions of a second to the millisecond. */
export const addSeconds = (instant: Instant, seconds: number): Instant =>
  toInstant(new Date(Date.parse(instant) + seconds * 1000));

/** @returns the seconds from `start` to `end`; negative when `end` is earlier. */
export const secondsBetween = (start: Instant, end: Instant): number => (Date.parse(end) - Date.parse(start)) / 1000;

/** Returns the present time. Use cases take it as a port, because nothing in `shared/` reads the clock. */
export type Now = () => Instant;
