import type { Clock } from "../clock.ts";
import { PausableTimers } from "../pausable-timers.ts";
import { AmqpServer } from "./amqp/amqp-server.ts";
import { SHARED_ACCESS_KEY, SHARED_ACCESS_KEY_NAME } from "./amqp/shared-access.ts";
import { Entity } from "./entity.ts";
import { Faults } from "./faults.ts";
import { Queue, type QueueSnapshot } from "./queue/queue.ts";
import { type QueueSettings, toQueueProperties } from "./queue/queue-settings.ts";

export type { QueueSnapshot } from "./queue/queue.ts";
export type { QueueSettings } from "./queue/queue-settings.ts";

/**
 * A Service Bus namespace with queues, for the unmodified `@azure/service-bus` over AMQP 1.0. Messages are kept in
 * memory and survive `stop` and `start`.
 */
export class ServiceBus {
  /** Faults to inject. */
  readonly faults: Faults;
  readonly #clock: PausableTimers;
  readonly #queues: readonly Entity[];
  readonly #byAddress = new Map<string, Entity>();
  readonly #server: AmqpServer;
  #port: number | undefined;

  constructor(options: { readonly clock: Clock; readonly queues: readonly QueueSettings[] }) {
    this.#clock = new PausableTimers(options.clock);
    this.faults = new Faults((name) => this.#byAddress.has(name.toLowerCase()));
    this.#queues = options.queues.map((settings) => this.#create(settings));
    this.#server = new AmqpServer((address) => this.#byAddress.get(address.toLowerCase()));
  }

  /**
   * Listens on 127.0.0.1.
   * @param port - 0 picks a free port.
   * @returns the port.
   * @throws the system's EADDRINUSE when the port is taken; Error when the namespace has been started already.
   */
  async start(port: number): Promise<number> {
    if (this.#port !== undefined) throw new Error(`The Service Bus has been started already, on port ${this.#port}.`);
    this.#port = await this.#server.listen(port);
    this.#clock.resume();
    return this.#port;
  }

  /**
   * Stops listening and closes all connections. Sessions are unlocked. Message locks keep their time; those that expire
   * while the namespace is stopped are released at the next `start`.
   */
  async stop(): Promise<void> {
    this.#port = undefined;
    this.#clock.pause();
    await this.#server.close();
  }

  /** The connection string of the namespace. @throws Error when it is not started and has no port. */
  get connectionString(): string {
    if (this.#port === undefined) throw new Error("The Service Bus is not started.");
    const key = `SharedAccessKeyName=${SHARED_ACCESS_KEY_NAME};SharedAccessKey=${SHARED_ACCESS_KEY}`;
    return `Endpoint=sb://127.0.0.1:${this.#port};${key};UseDevelopmentEmulator=true;`;
  }

  /** Number of messages that each queue has accepted from senders, duplicates included. */
  get acceptedMessages(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#queues.map((entity) => [entity.name, entity.acceptedMessages]));
  }

  /** The current message counts of each queue. */
  snapshot(): Readonly<Record<string, QueueSnapshot>> {
    return Object.fromEntries(this.#queues.map((entity) => [entity.name, entity.queue.snapshot()]));
  }

  /** Lists the ids of the messages that wait for their scheduled time, in all queues. */
  scheduledIds(): readonly string[] {
    const messages = this.#queues.flatMap(({ queue }) => queue.peek(1, Number.POSITIVE_INFINITY));
    return messages.filter(({ state }) => state === "scheduled").map(({ message }) => message.id);
  }

  /** Breaks all connections without closing them; clients notice and reconnect. */
  dropConnections(): void {
    this.#server.dropConnections();
  }

  #create(settings: QueueSettings): Entity {
    const queue = Queue.withDeadLetters(toQueueProperties(settings), this.#clock);
    const entity = this.#register(queue);
    if (queue.deadLetters) this.#register(queue.deadLetters);
    return entity;
  }

  #register(queue: Queue): Entity {
    const entity = new Entity(queue, this.faults);
    const address = entity.name.toLowerCase();
    if (this.#byAddress.has(address)) throw new Error(`There are two queues named '${entity.name}'.`);
    this.#byAddress.set(address, entity);
    return entity;
  }
}
