import { BrokerError, type ErrorCondition } from "./broker-error.ts";

/** A send that has come in and that no fault refuses. */
export interface IncomingSend {
  readonly queue: string;
  /** The ids of its messages; one send may carry a batch. */
  readonly messageIds: readonly string[];
}

type Request = "send" | "receive";

interface Refusal {
  times: number;
  readonly condition: ErrorCondition;
}

/** Misbehaviour on demand: what a real namespace does now and then, and a client has to live with. */
export class Faults {
  /**
   * Called with each such send before it is accepted, so that a test can act at a certain one, for example drop the
   * connection while the sender waits for its answer.
   */
  beforeSend: (send: IncomingSend) => void = () => {};

  readonly #refusals = new Map<string, Refusal>();
  readonly #redeliveries = new Map<string, number>();
  readonly #knowsQueue: (name: string) => boolean;

  constructor(knowsQueue: (name: string) => boolean) {
    this.#knowsQueue = knowsQueue;
  }

  /**
   * Refuses the next sends to a queue, schedule requests included.
   * @param times - how many; zero takes the fault back.
   * @param condition - by default the throttling of a busy namespace, which clients retry.
   */
  refuseSends(queue: string, times: number, condition: ErrorCondition = "com.microsoft:server-busy"): void {
    this.#refuse("send", queue, times, condition);
  }

  /** Likewise refuses the next requests for messages: the receiver's link is refused, or closed if it was open. */
  refuseReceives(queue: string, times: number, condition: ErrorCondition = "com.microsoft:server-busy"): void {
    this.#refuse("receive", queue, times, condition);
  }

  /** Tells the next receivers that complete a message of a queue that it is done, and delivers it again all the same. */
  redeliverCompleted(queue: string, times: number): void {
    this.#redeliveries.set(this.#toKey(queue), times);
  }

  /** @throws BrokerError with the condition asked for, while there are sends, or receives, to refuse. */
  check(kind: Request, queue: string): void {
    const refusal = this.#refusals.get(`${kind} ${queue.toLowerCase()}`);
    if (!refusal || refusal.times <= 0) return;
    refusal.times -= 1;
    throw new BrokerError(refusal.condition, `The twin was told to refuse this ${kind} on '${queue}'.`);
  }

  /** Whether the message that is being completed is to be delivered again; each true is one of the times asked for. */
  takeRedelivery(queue: string): boolean {
    const times = this.#redeliveries.get(queue.toLowerCase()) ?? 0;
    this.#redeliveries.set(queue.toLowerCase(), Math.max(0, times - 1));
    return times > 0;
  }

  #refuse(kind: Request, queue: string, times: number, condition: ErrorCondition): void {
    this.#refusals.set(`${kind} ${this.#toKey(queue)}`, { times, condition });
  }

  #toKey(queue: string): string {
    if (!this.#knowsQueue(queue)) throw new Error(`There is no queue '${queue}'.`);
    return queue.toLowerCase();
  }
}
