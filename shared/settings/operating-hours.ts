import * as z from "zod";
import type { Instant } from "../kernel/instant.ts";

const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;
const timeOfDaySchema = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/)
  .meta({ description: "Local time of day, 24:00 for the end of the day", examples: ["08:30"] });

const isTimeZone = (name: string): boolean => {
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone: name }));
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
};

/** The hours in which agents work: a week in one time zone, and holidays. */
export const operatingHoursSchema = z.strictObject({
  timeZone: z.string().refine(isTimeZone, "must be an IANA time zone, such as Europe/Madrid"),
  week: z
    .array(z.strictObject({ day: z.enum(DAYS), from: timeOfDaySchema, until: timeOfDaySchema }))
    .max(50)
    .refine((spans) => spans.every((span) => span.from < span.until), "each span must end after it begins"),
  /** Local dates without work. */
  holidays: z.array(z.iso.date()).max(200),
});
export type OperatingHours = z.infer<typeof operatingHoursSchema>;

/** Whether the hours are open at an instant. The end of a span is exclusive. */
export const isOpen = (hours: OperatingHours, at: Instant): boolean => {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: hours.timeZone,
    weekday: "long",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(new Date(at));
  const partOf = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? "";
  if (hours.holidays.includes(`${partOf("year")}-${partOf("month")}-${partOf("day")}`)) return false;
  const day = partOf("weekday").toLowerCase();
  const time = `${partOf("hour")}:${partOf("minute")}`;
  return hours.week.some((span) => span.day === day && span.from <= time && time < span.until);
};
