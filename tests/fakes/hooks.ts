/** What a test does around the operations of the fakes that share these hooks. An operation is named such as "conversations.replace". */
export interface Hooks {
  /** Runs before an operation looks or writes: what it does comes between the caller's read and its write. */
  before?: ((operation: string) => unknown) | undefined;
  /** Runs when a write is made, before the caller hears of it: to throw here is to crash at just that point. */
  afterWrite?: ((operation: string) => unknown) | undefined;
}
