import type { Faults } from "./faults.ts";
import type { Message, Properties } from "./queue/message.ts";
import type { DeadLetterReason, Queue } from "./queue/queue.ts";
import { Receivers } from "./receivers.ts";

/** How a receiver settles a message. */
export type Settlement =
  | { readonly kind: "complete" }
  | { readonly kind: "abandon"; readonly changes: Properties }
  | { readonly kind: "defer"; readonly changes: Properties }
  | ({ readonly kind: "dead-letter"; readonly changes: Properties } & DeadLetterReason);

/** A messaging entity: a queue or dead-letter queue with its receivers and faults, addressed by clients. */
export class Entity {
  readonly queue: Queue;
  readonly receivers = new Receivers();
  readonly #faults: Faults;
  #acceptedMessages = 0;

  constructor(queue: Queue, faults: Faults) {
    this.queue = queue;
    this.#faults = faults;
    queue.onAvailable = (sessionId) => this.receivers.deliver(sessionId);
  }

  get name(): string {
    return this.queue.properties.name;
  }

  /** Number of messages accepted from senders, duplicates included. */
  get acceptedMessages(): number {
    return this.#acceptedMessages;
  }

  /**
   * Accepts all messages or none.
   * @returns their sequence numbers; 0 for a duplicate.
   * @throws BrokerError as `Queue.send` does, or with the error condition of a fault.
   */
  send(messages: readonly Message[]): number[] {
    this.#faults.check("send", this.name);
    this.#faults.beforeSend({ queue: this.name, messageIds: messages.map((message) => message.id) });
    const sequenceNumbers = this.queue.send(messages);
    this.#acceptedMessages += messages.length;
    return sequenceNumbers;
  }

  /** @throws BrokerError with the error condition of a fault. */
  checkReceive(): void {
    this.#faults.check("receive", this.name);
  }

  /** @throws BrokerError as the methods of `Queue` that settle messages do. */
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
