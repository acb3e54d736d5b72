/** A date and time in the two forms in which .NET writes it. */
interface DotnetDate {
  /** Within JSON: ISO 8601, with an offset of zero for a time that had any offset. */
  readonly json: string;
  /** As a string: month, day, year and time, without the fraction and the zone. */
  readonly text: string;
}

/** `DateTime.MaxValue`. */
const LAST_TIME = { json: "9999-12-31T23:59:59.9999999", text: "12/31/9999 23:59:59" };

const ISO_TEXT = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?(?:([Zz])|([+-]\d\d)(?::?(\d\d))?)?$/;
const MICROSOFT_TEXT = /^\/Date\((-?\d+)([+-]\d\d(?::?\d\d)?)?\)\/$/;

/**
 * Reads a text as Newtonsoft.Json does with its default `DateParseHandling`, on a host whose local time is UTC.
 * Source: `DateTimeUtils.TryParseDateTime` of Newtonsoft.Json 13.
 * @returns undefined for any other text.
 */
export const readDotnetDate = (text: string): DotnetDate | undefined => {
  const [, milliseconds, zone] = MICROSOFT_TEXT.exec(text) ?? [];
  if (milliseconds !== undefined) {
    const date = new Date(Number(milliseconds));
    const fraction = String(date.getUTCMilliseconds()).padStart(3, "0");
    return toDotnet(date, { fraction, suffix: zone === undefined ? "Z" : "+00:00" });
  }
  const [, day = "", time = "", fraction = "", utc, hours, minutes = "00"] = ISO_TEXT.exec(text) ?? [];
  if (!new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) || day === "") return undefined;
  const offsetMinutes = hours === undefined ? 0 : Number(hours) * 60 + Number(`${hours[0]}${minutes}`);
  const date = new Date(Date.parse(`${day}T${time}Z`) - offsetMinutes * 60_000);
  const suffix = utc === undefined ? (hours === undefined ? "" : "+00:00") : "Z";
  return toDotnet(date, { fraction, suffix });
};

/** Writes a UTC time whose zone .NET does not know. A time after the last one of .NET becomes the last one. */
export const writeDotnetDate = (date: Date): DotnetDate =>
  toDotnet(date, { fraction: String(date.getUTCMilliseconds()).padStart(3, "0"), suffix: "" }) ?? LAST_TIME;

/** @returns undefined for a date that .NET does not have. */
const toDotnet = (date: Date, { fraction, suffix }: { fraction: string; suffix: string }): DotnetDate | undefined => {
  const [, year, month, day, time] = /^(\d{4})-(\d\d)-(\d\d)T([\d:]{8})/.exec(date.toJSON() ?? "") ?? [];
  if (year === undefined || year === "0000") return undefined;
  const significant = fraction.replace(/0+$/, "");
  return {
    json: `${year}-${month}-${day}T${time}${significant && `.${significant}`}${suffix}`,
    text: `${month}/${day}/${year} ${time}`,
  };
};

/** Parses JSON as Newtonsoft.Json does, and writes its dates in their new form. @throws SyntaxError */
export const parseWithDates = (json: string): unknown =>
  JSON.parse(json, (_, value: unknown) => (typeof value === "string" ? (readDotnetDate(value)?.json ?? value) : value));
