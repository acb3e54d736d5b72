import { TransientError } from "../shared/kernel/errors.ts";

/**
 * What a log may tell of an error: our own words for what will pass, and else where it arose, without its message. That
 * of a library may quote what a customer wrote.
 */
export const describeError = (error: unknown): string => {
  if (error instanceof TransientError) return error.message;
  if (!(error instanceof Error)) return typeof error;
  const frames = error.stack?.split("\n").filter((line) => line.startsWith("    at ")) ?? [];
  return [error.name, ...frames].join("\n");
};
