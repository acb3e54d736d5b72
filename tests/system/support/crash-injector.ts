import type { FaultPoints } from "azure-twin/functions-host";
import type { LocalEnvironment } from "../../../local/environment.ts";

/** The kinds of moments at which the app can crash. */
export type CrashPoint =
  | "before a document is written"
  | "after a document is written"
  | "before a message is sent"
  | "after a message is sent"
  /** An event, a message or an activity. The caller does not learn that the function succeeded. */
  | "after a function has finished";

const READS = ["read", "query"];
/** Functions that are called again when their result did not arrive. */
const REDELIVERED_FUNCTIONS = [
  "sms-received",
  "sms-delivery-report",
  "work-items",
  "dispatch",
  "outbound-sms",
  "advanceRouting",
];

/** Longer than any message lock that a dead receiver leaves behind, and long enough for a sweep to run. */
const LOCKS_MS = 61_000;

/** Crashes the app of a twin at one chosen moment, like a process that is killed from outside, and restarts it. */
export class CrashInjector {
  /** Pass these to the twin. */
  readonly faults: FaultPoints = {
    afterInvocation: ({ functionName }) => {
      if (REDELIVERED_FUNCTIONS.includes(functionName) && this.#isNow("after a function has finished")) {
        void this.#crash();
      }
    },
  };
  readonly #point: CrashPoint;
  #twin: LocalEnvironment | undefined;
  #countdown = 0;
  #crashCount = 0;
  #recovery: Promise<void> | undefined;

  constructor(point: CrashPoint) {
    this.#point = point;
  }

  /** Watches this twin's writes and messages. */
  attach(twin: LocalEnvironment): void {
    this.#twin = twin;
    twin.cosmos.onOperation(async (stage, { kind }) => {
      if (READS.includes(kind) || !this.#isNow(`${stage} a document is written`)) return;
      await this.#crash();
      if (stage === "before") throw new Error("the app crashed before this request");
    });
    twin.serviceBus.faults.beforeSend = () => {
      if (this.#isNow("after a message is sent")) void this.#crash();
      if (!this.#isNow("before a message is sent")) return;
      void this.#crash();
      throw new Error("the app crashed before this request");
    };
  }

  /** Chooses the moment. @param n - which moment of the injector's kind, counted from now on, from 1. */
  arm(n: number): void {
    this.#countdown = n;
    this.#recovery = undefined;
  }

  /** How often the app has crashed. */
  get crashCount(): number {
    return this.#crashCount;
  }

  /** Whether the app has crashed since `arm`. */
  get hasCrashed(): boolean {
    return this.#recovery !== undefined;
  }

  /** Resolves when the app runs again and the locks of the dead one have expired; immediately if it has not crashed. */
  async recovered(): Promise<void> {
    await this.#recovery;
  }

  #isNow(point: CrashPoint): boolean {
    if (point !== this.#point || this.#countdown === 0) return false;
    this.#countdown -= 1;
    return this.#countdown === 0;
  }

  /** Resolves when the app is dead. The restart begins then. */
  async #crash(): Promise<void> {
    const twin = this.#twin;
    if (!twin) throw new Error("The injector is not attached to a twin.");
    this.#crashCount++;
    const dead = twin.killHost();
    this.#recovery = dead.then(() => twin.startHost()).then(() => twin.clock.advance(LOCKS_MS));
    await dead;
  }
}
