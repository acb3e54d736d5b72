/** The same call may work later: a handler lets it escape, so that the trigger delivers again. */
export class TransientError extends Error {
  override readonly name: string = "TransientError";
}

/** Something was asked for, and no answer came: it may have been done, and may be asked for again only with care. */
export class OutcomeUnknownError extends TransientError {
  override readonly name: string = "OutcomeUnknownError";
}
