/**
 * The same call may succeed later. A handler lets it escape, so that the trigger redelivers.
 *
 * @remarks Adapters throw it for an allow-list of faults. Any other fault is a defect, and escapes as it is.
 */
export class TransientError extends Error {
  override readonly name = "TransientError";
  /**
   * Whether a service refuses the app's identity. It lasts until an operator corrects a role, a key or a firewall rule, so
   * it is logged as an error.
   */
  readonly isAccessRefused: boolean;

  constructor(message: string, options: TransientErrorOptions = {}) {
    super(message, options);
    this.isAccessRefused = options.isAccessRefused ?? false;
  }
}

interface TransientErrorOptions extends ErrorOptions {
  /** False by default. */
  readonly isAccessRefused?: boolean;
}

/**
 * A request was sent and no response arrived: it may have had its effect. Retry only where a second effect is impossible.
 */
export class OutcomeUnknownError extends Error {
  override readonly name = "OutcomeUnknownError";
}

/** The same call will never succeed: its input or the configuration is wrong. The message says what to correct. */
export class PermanentError extends Error {
  override readonly name = "PermanentError";
}

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
