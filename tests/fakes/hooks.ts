/** Callbacks of a test around the operations of the fakes. The name of an operation is such as "conversations.replace". */
export interface Hooks {
  /** Runs before an operation reads or writes, so that its changes come between a caller's read and its write. */
  before?: ((operation: string) => unknown) | undefined;
  /** Runs after a write, before the caller gets the result. An error simulates a crash at this point. */
  afterWrite?: ((operation: string) => unknown) | undefined;
}
