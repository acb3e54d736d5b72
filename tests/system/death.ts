import type { FaultPoints } from "azure-twin/functions-host";
import type { LocalEnvironment } from "../../local/environment.ts";

/** The kinds of moments at which the app can be made to die. */
export type Moment =
  | "before a document is written"
  | "after a document is written"
  | "before a message is sent"
  | "after a message is sent"
  /** An event, a message or an activity: whoever made the call never learns of it. */
  | "when a function has done its work";

const READS = ["read", "query"];
/** Functions that are called again when it is not known that they have done their work. */
const CALLED_AGAIN = [
  "sms-received",
  "sms-delivery-report",
  "work-items",
  "dispatch",
  "outbound-sms",
  "advanceRouting",
];

/** More than any lock on a message lasts that dies with its receiver, and more than a minute: a sweep comes, too. */
const LOCKS_MS = 61_000;

/** Has the app of a twin die, like a process that is ended from outside, at one certain moment, and starts it again. */
export class Death {
  /** To be given to the twin. */
  readonly faults: FaultPoints = {
    afterInvocation: ({ functionName }) => {
      if (CALLED_AGAIN.includes(functionName) && this.#isNow("when a function has done its work")) void this.#die();
    },
  };
  readonly #moment: Moment;
  #twin: LocalEnvironment | undefined;
  #left = 0;
  #over: Promise<void> | undefined;

  constructor(moment: Moment) {
    this.#moment = moment;
  }

  /** Has it happen in this twin. */
  threaten(twin: LocalEnvironment): void {
    this.#twin = twin;
    twin.cosmos.onOperation(async (stage, { kind }) => {
      if (READS.includes(kind) || !this.#isNow(`${stage} a document is written`)) return;
      await this.#die();
      if (stage === "before") throw new Error("the app died before it asked for this");
    });
    twin.serviceBus.faults.beforeSend = () => {
      if (this.#isNow("after a message is sent")) void this.#die();
      if (!this.#isNow("before a message is sent")) return;
      void this.#die();
      throw new Error("the app died before it asked for this");
    };
  }

  /** Chooses the moment. @param n - counts the moments of its kind from now on, from 1. */
  arm(n: number): void {
    this.#left = n;
    this.#over = undefined;
  }

  get hasHappened(): boolean {
    return this.#over !== undefined;
  }

  /** Resolves when the app runs again, and what died with it can be had again; at once when it has not died. */
  async overcome(): Promise<void> {
    await this.#over;
  }

  #isNow(moment: Moment): boolean {
    if (moment !== this.#moment || this.#left === 0) return false;
    this.#left -= 1;
    return this.#left === 0;
  }

  /** Resolves when the app is dead; it is started again at once. */
  async #die(): Promise<void> {
    const twin = this.#twin;
    if (!twin) throw new Error("nobody was threatened");
    const dead = twin.killHost();
    this.#over = dead.then(() => twin.startHost()).then(() => twin.clock.advance(LOCKS_MS));
    await dead;
  }
}
