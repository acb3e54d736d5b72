import type { FaultPoints } from "azure-twin/functions-host";

/** Holds back the calls of one function of the app, while it is shut. It begins open. */
export class Gate {
  /** To be given to the stage. */
  readonly faults: FaultPoints;
  #opening: PromiseWithResolvers<void> | undefined;
  #waiting = 0;

  constructor(guarded: string) {
    this.faults = { beforeInvocation: ({ functionName }) => (functionName === guarded ? this.#pass() : undefined) };
  }

  shut(): void {
    this.#opening ??= Promise.withResolvers();
  }

  open(): void {
    this.#opening?.resolve();
    this.#opening = undefined;
  }

  /** How many calls wait for it to open. */
  get waiting(): number {
    return this.#waiting;
  }

  async #pass(): Promise<void> {
    this.#waiting++;
    await this.#opening?.promise;
    this.#waiting--;
  }
}
