/** The same call may work later: a handler lets it escape, so that the trigger delivers again. */
export class TransientError extends Error {
  override readonly name: string = "TransientError";
}
