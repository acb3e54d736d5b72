/** The clock of the server, which decides when an offer ends. The clock of this device may be wrong. */
export class ServerClock {
  readonly #now: () => number;
  #offsetMs = 0;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** @param serverTime - of a response that has just come, in whole seconds as HTTP dates are; NaN is ignored. */
  observe = (serverTime: number): void => {
    if (Number.isNaN(serverTime)) return;
    const offset = serverTime - this.#now();
    // A difference of a second or two is the rounding and the way of the response.
    this.#offsetMs = Math.abs(offset) < 2_000 ? 0 : offset;
  };

  now = (): number => this.#now() + this.#offsetMs;
}
