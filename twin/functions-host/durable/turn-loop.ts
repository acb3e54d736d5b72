import type { Clock } from "../../clock.ts";
import { AppStoppedError, type Invoker } from "../invocation.ts";
import { type Decision, decideTurn } from "./decide-turn.ts";
import type { Instance } from "./instance.ts";

type OnDecision = (instance: Instance, decision: Decision) => void;

/** Runs the turns of all instances: one turn per event of the inbox, one at a time per instance. */
export class TurnLoop {
  readonly #invoker: Invoker;
  readonly #clock: Clock;
  readonly #onDecision: OnDecision;
  readonly #active = new Set<Instance>();
  #isRunning = false;

  /** @param options.onDecision - stores the turn. A turn that is not stored has no effect. */
  constructor(options: { invoker: Invoker; clock: Clock; onDecision: OnDecision }) {
    this.#invoker = options.invoker;
    this.#clock = options.clock;
    this.#onDecision = options.onDecision;
  }

  get turnsInFlight(): number {
    return this.#active.size;
  }

  /** Runs the pending turns of an instance, unless they are running already. */
  advance(instance: Instance): void {
    if (!this.#active.has(instance) && this.#canRun(instance)) void this.#run(instance);
  }

  /** Until then, events stay in the inboxes. */
  start(): void {
    this.#isRunning = true;
  }

  /** Starts no further turn and discards the turns in progress. */
  stop(): void {
    this.#isRunning = false;
  }

  #canRun({ status, inbox }: Instance): boolean {
    return this.#isRunning && (status === "Pending" || status === "Running") && inbox.length > 0;
  }

  async #run(instance: Instance): Promise<void> {
    this.#active.add(instance);
    try {
      for (let [event] = instance.inbox; event && this.#canRun(instance); [event] = instance.inbox) {
        const { execution } = instance;
        const decision = await decideTurn({ invoker: this.#invoker, instance, event, now: this.#clock.now() });
        const isStale = instance.execution !== execution; // the instance was terminated during the turn
        if (this.#isRunning && !isStale) this.#onDecision(instance, decision);
      }
    } catch (error) {
      if (!(error instanceof AppStoppedError)) throw error; // a stopped app leaves the event in the inbox for the next host
    } finally {
      this.#active.delete(instance);
    }
  }
}
