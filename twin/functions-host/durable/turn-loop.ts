import type { Clock } from "../../clock.ts";
import { AppStoppedError, type Invoker } from "../invocation.ts";
import { type Decision, decideTurn } from "./decide-turn.ts";
import type { Instance } from "./instance.ts";

type OnDecision = (instance: Instance, decision: Decision) => void;

/** Takes the turns of all instances: those of one instance one after the other, one for each event of its inbox. */
export class TurnLoop {
  readonly #invoker: Invoker;
  readonly #clock: Clock;
  readonly #onDecision: OnDecision;
  readonly #inTurn = new Set<Instance>();
  #isRunning = false;

  /** @param options.onDecision - takes the turn over; until it does, the turn counts as never taken. */
  constructor(options: { invoker: Invoker; clock: Clock; onDecision: OnDecision }) {
    this.#invoker = options.invoker;
    this.#clock = options.clock;
    this.#onDecision = options.onDecision;
  }

  get turnsInFlight(): number {
    return this.#inTurn.size;
  }

  /** Takes the turns that `instance` is due, if it is not at it already. */
  advance(instance: Instance): void {
    if (!this.#inTurn.has(instance) && this.#canTakeTurn(instance)) void this.#takeTurns(instance);
  }

  /** Before this, events only pile up. */
  start(): void {
    this.#isRunning = true;
  }

  /** Takes no further turn, and drops those under way. */
  stop(): void {
    this.#isRunning = false;
  }

  #canTakeTurn({ status, inbox }: Instance): boolean {
    return this.#isRunning && (status === "Pending" || status === "Running") && inbox.length > 0;
  }

  async #takeTurns(instance: Instance): Promise<void> {
    this.#inTurn.add(instance);
    try {
      for (let [event] = instance.inbox; event && this.#canTakeTurn(instance); [event] = instance.inbox) {
        const { execution } = instance;
        const decision = await decideTurn(this.#invoker, instance, event, this.#clock.now());
        const isStale = instance.execution !== execution; // the instance was terminated meanwhile
        if (this.#isRunning && !isStale) this.#onDecision(instance, decision);
      }
    } catch (error) {
      if (!(error instanceof AppStoppedError)) throw error; // the event stays in the inbox, for another host
    } finally {
      this.#inTurn.delete(instance);
    }
  }
}
