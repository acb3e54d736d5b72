import * as z from "zod";

/** `[d.]hh:mm:ss[.fffffff]`, as .NET writes a length of time. */
const pattern = /^(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,7}))?$/;

/** @returns milliseconds, or undefined when the text is no .NET TimeSpan of zero or more. */
export const parseTimeSpan = (text: string): number | undefined => {
  const match = pattern.exec(text);
  if (!match) return undefined;
  const [, days = "0", hours = "", minutes = "", seconds = "", fraction = "0"] = match;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  const wholeSeconds = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  return wholeSeconds * 1_000 + Number(`0.${fraction}`) * 1_000;
};

/** A TimeSpan setting, parsed to milliseconds. */
export const timeSpanSchema = z.string().transform((text, context) => {
  const ms = parseTimeSpan(text);
  if (ms !== undefined) return ms;
  context.addIssue({ code: "custom", message: `"${text}" is no TimeSpan ([d.]hh:mm:ss)` });
  return z.NEVER;
});
