const LOCK = "hilo:attention";

/** Whether this tab makes the noise: one of all tabs of the console does. */
export class Leader {
  #leads = false;

  constructor() {
    // The lock is held until the tab closes; then the next tab gets it.
    void navigator.locks.request(LOCK, () => {
      this.#leads = true;
      return new Promise<void>(() => undefined);
    });
  }

  get leads(): boolean {
    return this.#leads;
  }
}
