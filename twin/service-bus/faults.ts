import { BrokerError, type ErrorCondition } from "./broker-error.ts";

/** A send that a queue is about to accept. */
export interface IncomingSend {
  readonly queue: string;
  /** The message ids; more than one for a batch. */
  readonly messageIds: readonly string[];
}

interface Refusal {
  times: number;
  readonly condition: ErrorCondition;
}

/** Faults injected into the next requests, like those of a real namespace under load or in an outage. */
export class Faults {
  /**
   * Called with each send before it is accepted, so that a test can act at that moment, for example drop the connection
   * while the sender waits for the disposition.
   */
  beforeSend: (send: IncomingSend) => void = () => {};

  readonly #refusals = { send: new Map<string, Refusal>(), receive: new Map<string, Refusal>() };
  readonly #redeliveries = new Map<string, number>();
  readonly #hasQueue: (name: string) => boolean;

  constructor(hasQueue: (name: string) => boolean) {
    this.#hasQueue = hasQueue;
  }

  /**
   * Refuses the next sends to a queue, including requests that schedule messages.
   * @param times - number of sends; 0 removes the fault.
   * @param condition - error condition; by default that of throttling, which clients retry.
   */
  refuseSends(queue: string, times: number, condition: ErrorCondition = "com.microsoft:server-busy"): void {
    this.#refusals.send.set(this.#keyOf(queue), { times, condition });
  }

  /** Refuses the next requests for messages of a queue: the receiver's link is refused, or closed if it is open. */
  refuseReceives(queue: string, times: number, condition: ErrorCondition = "com.microsoft:server-busy"): void {
    this.#refusals.receive.set(this.#keyOf(queue), { times, condition });
  }

  /** Redelivers the next completed messages of a queue, although their receivers get a success. */
  redeliverCompleted(queue: string, times: number): void {
    this.#redeliveries.set(this.#keyOf(queue), times);
  }

  /** @throws BrokerError with the condition of a fault that applies to this request. */
  check(kind: "send" | "receive", queue: string): void {
    const refusal = this.#refusals[kind].get(queue.toLowerCase());
    if (!refusal || refusal.times <= 0) return;
    refusal.times -= 1;
    throw new BrokerError(refusal.condition, `An injected fault refuses this ${kind} on '${queue}'.`);
  }

  /** Whether the message that is being completed is redelivered; uses up one of the requested redeliveries. */
  takeRedelivery(queue: string): boolean {
    const times = this.#redeliveries.get(queue.toLowerCase()) ?? 0;
    this.#redeliveries.set(queue.toLowerCase(), Math.max(0, times - 1));
    return times > 0;
  }

  #keyOf(queue: string): string {
    if (!this.#hasQueue(queue)) throw new Error(`There is no queue '${queue}'.`);
    return queue.toLowerCase();
  }
}
