/**
 * The queue entries that this process evaluated last. In a burst, one evaluation covers entries whose own requests are
 * still to come; those requests need no evaluation.
 *
 * @remarks Lives as long as the process. A forgotten entry costs one more evaluation.
 */
export interface EvaluatedEntries {
  /** @param entry - as `queueEntryOf` makes it. */
  has(entry: string): boolean;
  /**
   * Records entries as evaluated.
   * @param entries - as `queueEntryOf` makes them.
   */
  add(entries: readonly string[]): void;
}

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly evaluatedEntries: EvaluatedEntries;
  }
}
