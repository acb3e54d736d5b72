/** The calls to webhooks that have begun and not ended, so that they can be broken off together. */
export class CallsUnderWay {
  readonly #calls = new Set<Promise<void>>();
  #giveUp = new AbortController();

  /** @param call - told when it must break off; must not reject. */
  begin(call: (giveUp: AbortSignal) => Promise<void>): void {
    const ended = call(this.#giveUp.signal).finally(() => this.#calls.delete(ended));
    this.#calls.add(ended);
  }

  any(): boolean {
    return this.#calls.size > 0;
  }

  /** Breaks all of them off, which counts as a failure of each, and waits until they have ended. */
  async breakOff(): Promise<void> {
    this.#giveUp.abort();
    await Promise.all(this.#calls);
    this.#giveUp = new AbortController();
  }
}
