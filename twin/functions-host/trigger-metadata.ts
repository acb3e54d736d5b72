import { parseJson } from "../json-text.ts";
import { readDotnetDate } from "./dotnet-date.ts";
import type { TypedData } from "./invocation.ts";

/** The metadata of a trigger, as the host sends it to the worker. */
export type TriggerMetadata = Record<string, TypedData>;

/** Converts values to metadata. Values that are null or undefined are not sent. */
export const toMetadata = (values: Readonly<Record<string, unknown>>): TriggerMetadata =>
  Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([name, value]) => [name, typeof value === "string" ? { string: value } : { json: JSON.stringify(value) }]),
  );

/** Adds to metadata. An added value replaces one whose name differs in case only, and gets that name. */
export const withMetadata = (metadata: TriggerMetadata, added: TriggerMetadata): TriggerMetadata => {
  const names = new Map(Object.keys(metadata).map((name) => [name.toLowerCase(), name]));
  const renamed = Object.entries(added).map(([name, value]) => {
    const known = names.get(name.toLowerCase()) ?? name;
    names.set(name.toLowerCase(), known);
    return [known, value] as const;
  });
  return { ...metadata, ...Object.fromEntries(renamed) };
};

/**
 * The metadata that the host adds for a text that is a JSON object: its members, without lists. A value other than an
 * object becomes a string in the form of .NET. Source: `Utility.ApplyBindingData` of the host.
 */
export const membersOf = (text: string): TriggerMetadata => {
  const parsed = parseJson(text);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return {};
  const members = Object.entries(parsed).filter(([, value]) => !Array.isArray(value));
  return toMetadata(Object.fromEntries(members.map(([name, value]) => [name, toDotnetValue(value)])));
};

const toDotnetValue = (value: unknown): unknown => {
  switch (typeof value) {
    case "string":
      return readDotnetDate(value)?.text ?? value;
    case "boolean":
      return value ? "True" : "False";
    case "number":
      return String(value);
    default:
      return value;
  }
};
