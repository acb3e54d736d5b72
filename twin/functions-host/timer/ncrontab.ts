import { Cron } from "croner";

/** One item of a field: `*`, a value or a range, with an optional step. */
const ITEM = /^(?:\*|(?:\d+|[a-z]{3,})(?:-(?:\d+|[a-z]{3,}))?)(?:\/\d+)?$/i;
/** Sunday is 0 only. */
const HAS_DAY_SEVEN = /(?:^|[,-])0*7/;

const MONTHS = "JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER";
const DAYS = "SUNDAY MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY";
const NAMES = `${MONTHS} ${DAYS}`.split(" ");

/**
 * Parses a six-field NCRONTAB expression in UTC: `{second} {minute} {hour} {day} {month} {day of week}`.
 * A day must match both day fields. Names of months and days may be written out or shortened to three letters or more.
 * Source: https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions
 * @returns a function that computes the first run after a given time, both in milliseconds since the Unix epoch;
 * it returns undefined when the schedule never runs.
 * @throws Error for an invalid expression, and for syntax of other cron dialects that croner knows.
 */
export const parseNcrontab = (text: string): ((after: number) => number | undefined) => {
  const fields = text.trim().split(/\s+/);
  const isNcrontab = fields.every((field) => field.split(",").every((item) => ITEM.test(item)));
  if (!isNcrontab || HAS_DAY_SEVEN.test(fields[5] ?? "")) throw invalid(text);
  const cron = parse(text);
  return (after) => cron.nextRun(new Date(after))?.getTime();
};

const parse = (text: string): Cron => {
  try {
    return new Cron(text.replaceAll(/[a-z]{3,}/gi, abbreviate), {
      mode: "6-part",
      timezone: "UTC",
      domAndDow: true,
      sloppyRanges: true, // NCRONTAB's `a/n`: every n-th value from a on
    });
  } catch (cause) {
    throw invalid(text, cause);
  }
};

/** croner knows three-letter names only. */
const abbreviate = (word: string): string =>
  NAMES.find((name) => name.startsWith(word.toUpperCase()))?.slice(0, 3) ?? word;

const invalid = (text: string, cause?: unknown): Error =>
  new Error(`The schedule "${text}" is not a six-field NCRONTAB expression.`, { cause });
