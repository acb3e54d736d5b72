import { OutcomeUnknownError, TransientError } from "../../shared/kernel/errors.ts";

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
