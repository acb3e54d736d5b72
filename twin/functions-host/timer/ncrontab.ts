/** The fields of a schedule with the values that they can take, in their order. Months are 1-12, Sunday is 0. */
const fields = [
  { name: "second", min: 0, max: 59 },
  { name: "minute", min: 0, max: 59 },
  { name: "hour", min: 0, max: 23 },
  { name: "day", min: 1, max: 31 },
  { name: "month", min: 1, max: 12, names: "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC" },
  { name: "day of week", min: 0, max: 6, names: "SUN MON TUE WED THU FRI SAT" },
] as const;
type Field = (typeof fields)[number];

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** How far ahead a time is looked for: 29 February comes at least every eight years. */
const HORIZON_MS = 9 * 366 * DAY_MS;

/**
 * Parses a six-field NCRONTAB expression, in UTC: `{second} {minute} {hour} {day} {month} {day of week}`, each `*`, a value,
 * a range `a-b`, a list, or any with a step `/n`. A day must fit both day fields.
 * @returns the first time after a given one, both in milliseconds since the epoch; undefined when none comes.
 * @throws Error which names the field that cannot be read.
 */
export const parseNcrontab = (text: string): ((after: number) => number | undefined) => {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== fields.length) throw new Error(`Schedule "${text}" must have ${fields.length} fields.`);
  const [seconds, minutes, hours, days, months, weekdays] = fields.map((field, i) => parseField(parts[i] ?? "", field));

  return (after) => {
    let time = Math.floor(after / SECOND_MS) * SECOND_MS + SECOND_MS;
    const horizon = after + HORIZON_MS;
    while (time < horizon) {
      const date = new Date(time);
      const isDay =
        months?.has(date.getUTCMonth() + 1) && days?.has(date.getUTCDate()) && weekdays?.has(date.getUTCDay());
      if (!isDay) time = startOfNext(DAY_MS, time);
      else if (!hours?.has(date.getUTCHours())) time = startOfNext(HOUR_MS, time);
      else if (!minutes?.has(date.getUTCMinutes())) time = startOfNext(MINUTE_MS, time);
      else if (!seconds?.has(date.getUTCSeconds())) time += SECOND_MS;
      else return time;
    }
    return undefined;
  };
};

const startOfNext = (unitMs: number, time: number): number => (Math.floor(time / unitMs) + 1) * unitMs;

const parseField = (text: string, field: Field): ReadonlySet<number> => {
  const values = new Set<number>();
  for (const item of text.split(",")) {
    const [range = "", step = "1"] = item.split("/");
    const [from, to] = parseRange(range, field, item.includes("/"));
    const stride = Number(step);
    if (!Number.isInteger(stride) || stride < 1 || from > to) throw unreadable(text, field);
    for (let value = from; value <= to; value += stride) values.add(value);
  }
  return values;
};

/** `a/n` means from `a` to the end, as `a-max/n`. */
const parseRange = (text: string, field: Field, hasStep: boolean): [number, number] => {
  if (text === "*") return [field.min, field.max];
  const [first = "", last] = text.split("-");
  const from = parseValue(first, field);
  if (last !== undefined) return [from, parseValue(last, field)];
  return [from, hasStep ? field.max : from];
};

const parseValue = (text: string, field: Field): number => {
  const named = "names" in field ? field.names.split(" ").indexOf(text.toUpperCase().slice(0, 3)) : -1;
  if (named >= 0) return named + field.min;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < field.min || value > field.max) throw unreadable(text, field);
  return value;
};

const unreadable = (text: string, field: Field): Error => new Error(`"${text}" is no ${field.name} of a schedule.`);
