import * as z from "zod";

/** The text form of a .NET TimeSpan: `[d.]hh:mm:ss[.fffffff]`. */
const pattern = /^(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,7}))?$/;

/** @returns milliseconds; undefined when the text is not a non-negative .NET TimeSpan. */
export const parseTimeSpan = (text: string): number | undefined => {
  const match = pattern.exec(text);
  if (!match) return undefined;
  const [, days = "0", hours = "", minutes = "", seconds = "", fraction = "0"] = match;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  const wholeSeconds = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  return wholeSeconds * 1_000 + Number(`0.${fraction}`) * 1_000;
};

/** Parses a TimeSpan setting to milliseconds. */
export const timeSpanSchema = z.string().transform((text, context) => {
  const ms = parseTimeSpan(text);
  if (ms !== undefined) return ms;
  context.addIssue({ code: "custom", message: `"${text}" is not a TimeSpan ([d.]hh:mm:ss)` });
  return z.NEVER;
});
