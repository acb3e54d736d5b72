import type { TextStore } from "./text-store.ts";

/** Reads JSON that this or another version of the page has stored. @returns undefined when it is absent or no JSON. */
export const readJson = (store: TextStore, key: string): unknown => {
  const text = store.getItem(key);
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Whether a value has members. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
