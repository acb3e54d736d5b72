import type { Faults } from "./faults.ts";
import type { Message, Properties } from "./queue/message.ts";
import type { DeadLetterReason, Queue } from "./queue/queue.ts";
import { Receivers } from "./receivers.ts";

/** What a receiver decided about a message. */
export type Settlement =
  | { readonly kind: "complete" }
  | { readonly kind: "abandon"; readonly changes: Properties }
  | { readonly kind: "defer"; readonly changes: Properties }
  | ({ readonly kind: "dead-letter"; readonly changes: Properties } & DeadLetterReason);

/** A queue, or a dead-letter queue, as clients reach it by its address: with its receivers and its faults. */
export class Entity {
  readonly queue: Queue;
  readonly receivers = new Receivers();
  readonly #faults: Faults;
  #acceptedMessages = 0;

  constructor(queue: Queue, faults: Faults) {
    this.queue = queue;
    this.#faults = faults;
    queue.onAvailable = (lane) => this.receivers.deliver(lane);
  }

  get name(): string {
    return this.queue.properties.name;
  }

  /** How many messages were accepted from senders, those included that were dropped as duplicates. */
  get acceptedMessages(): number {
    return this.#acceptedMessages;
  }

  /**
   * Accepts messages from a sender, all or none, and returns their sequence numbers.
   * @throws BrokerError as `Queue.send` does, or with the condition of a fault.
   */
  send(messages: readonly Message[]): number[] {
    this.#faults.check("send", this.name);
    this.#faults.beforeSend({ queue: this.name, messageIds: messages.map((message) => message.id) });
    const sequenceNumbers = this.queue.send(messages);
    this.#acceptedMessages += messages.length;
    return sequenceNumbers;
  }

  /** @throws BrokerError with the condition of a fault. */
  checkReceive(): void {
    this.#faults.check("receive", this.name);
  }

  /** @throws BrokerError as the settlements of `Queue` do. */
  settle(token: Buffer, settlement: Settlement): void {
    switch (settlement.kind) {
      case "complete":
        if (this.#faults.takeRedelivery(this.name)) this.queue.abandon(token);
        else this.queue.complete(token);
        break;
      case "abandon":
        this.queue.abandon(token, settlement.changes);
        break;
      case "defer":
        this.queue.defer(token, settlement.changes);
        break;
      case "dead-letter":
        this.queue.deadLetter(token, settlement, settlement.changes);
    }
  }
}
