import { OutcomeUnknownError, TransientError } from "../../shared/kernel/errors.ts";

/** Whether a redelivery may succeed. Every handler is idempotent, so it is safe after an unknown outcome too. */
export const isRetryable = (error: unknown): boolean =>
  error instanceof TransientError || error instanceof OutcomeUnknownError;
