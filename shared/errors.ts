/** The same call may work later: a handler lets it escape, so that the trigger delivers again. */
export class TransientError extends Error {
  override readonly name = "TransientError";
}

/** The same input will never work: a handler quarantines or dead-letters it, with the message as the reason. */
export class PermanentError extends Error {
  override readonly name = "PermanentError";
}
