import type { FaultPoints } from "azure-twin/functions-host";

/** Holds back the invocations of one function of the app while it is closed. It starts open. */
export class Latch {
  /** Pass these to the twin. */
  readonly faults: FaultPoints;
  #opening: PromiseWithResolvers<void> | undefined;
  #waiting = 0;

  constructor(guardedFunction: string) {
    this.faults = {
      beforeInvocation: ({ functionName }) => (functionName === guardedFunction ? this.#pass() : undefined),
    };
  }

  close(): void {
    this.#opening ??= Promise.withResolvers();
  }

  open(): void {
    this.#opening?.resolve();
    this.#opening = undefined;
  }

  /** How many invocations wait for it to open. */
  get waitingCount(): number {
    return this.#waiting;
  }

  async #pass(): Promise<void> {
    this.#waiting++;
    await this.#opening?.promise;
    this.#waiting--;
  }
}
