import * as z from "zod";
import { addSeconds, type Instant, secondsBetween } from "../kernel/instant.ts";

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

/** By time zone: making one takes far longer than using it. */
const FORMATS = new Map<string, Intl.DateTimeFormat>();

const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = FORMATS.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    weekday: "long",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  FORMATS.set(timeZone, format);
  return format;
};

/** Whether the hours are open at an instant. The end of a span is exclusive. */
export const isOpen = (hours: OperatingHours, at: Instant): boolean => {
  const parts = formatOf(hours.timeZone).formatToParts(new Date(at));
  const partOf = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? "";
  if (hours.holidays.includes(`${partOf("year")}-${partOf("month")}-${partOf("day")}`)) return false;
  const day = partOf("weekday").toLowerCase();
  const time = `${partOf("hour")}:${partOf("minute")}`;
  return hours.week.some((span) => span.day === day && span.from <= time && time < span.until);
};

const STEP_SECONDS = 60;

/**
 * Whether hours are open now, and were open for at least so long since a moment. Counts in steps of a minute.
 * @param hours - undefined: always open.
 */
export const isOpenFor = (
  hours: OperatingHours | undefined,
  { since, now, seconds }: { readonly since: Instant; readonly now: Instant; readonly seconds: number },
): boolean => {
  const elapsed = secondsBetween(since, now);
  if (elapsed < seconds || !hours) return elapsed >= seconds;
  if (!isOpen(hours, now)) return false;
  let open = 0;
  for (let ago = 0; open < seconds && ago < elapsed; ago += STEP_SECONDS) {
    const step = Math.min(STEP_SECONDS, elapsed - ago);
    if (isOpen(hours, addSeconds(now, -ago - step))) open += step;
  }
  return open >= seconds;
};
