import { OutcomeUnknownError, PermanentError, TransientError } from "../../shared/kernel/errors.ts";

/** Whether a redelivery may succeed. Every handler is idempotent, so it is safe after an unknown outcome too. */
export const isRetryable = (error: unknown): boolean =>
  error instanceof TransientError || error instanceof OutcomeUnknownError;

/**
 * The level at which an error is logged.
 * @returns `warn` for an error that passes. `error` for a defect and for a service that refuses access: they last until a
 * person corrects them.
 */
export const logLevelOf = (error: unknown): "error" | "warn" => {
  if (error instanceof TransientError && error.isAccessRefused) return "error";
  return isRetryable(error) ? "warn" : "error";
};

const OWN_ERRORS = [TransientError, OutcomeUnknownError, PermanentError];

/**
 * Describes an error for the log: our own errors by their message, any other by its name and stack frames only, because
 * the message of a library may quote what a customer wrote.
 */
export const describeError = (error: unknown): string => {
  if (!(error instanceof Error)) return typeof error;
  if (OWN_ERRORS.some((own) => error instanceof own)) return error.message;
  const frames = error.stack?.split("\n").filter((line) => line.startsWith("    at ")) ?? [];
  return [error.name, ...frames].join("\n");
};
