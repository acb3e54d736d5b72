import type { Clock } from "../clock.ts";
import { AmqpServer } from "./amqp/amqp-server.ts";
import { SHARED_ACCESS_KEY, SHARED_ACCESS_KEY_NAME } from "./amqp/shared-access.ts";
import { Entity } from "./entity.ts";
import { Faults } from "./faults.ts";
import { PausableTimers } from "./pausable-timers.ts";
import { Queue, type QueueSnapshot } from "./queue/queue.ts";
import { type QueueSettings, toQueueProperties } from "./queue/queue-settings.ts";

export type { QueueSnapshot } from "./queue/queue.ts";
export type { QueueSettings } from "./queue/queue-settings.ts";

/**
 * The twin's Service Bus: queues, spoken to over AMQP 1.0 by the unmodified `@azure/service-bus`. It keeps its messages
 * in memory, as long as this object lives.
 */
export class ServiceBus {
  /** Misbehaviour on demand. */
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
   * @param port - 0 takes any free one.
   * @returns the port it listens on.
   * @throws Error when the port is taken, or the bus is started already.
   */
  async start(port: number): Promise<number> {
    if (this.#port !== undefined) throw new Error(`The Service Bus is started already, on port ${this.#port}.`);
    this.#port = await this.#server.listen(port);
    this.#clock.resume();
    return this.#port;
  }

  /**
   * Ends all connections. Messages stay, as in a durable service: another `start` goes on with them. Sessions are free
   * again; locks of messages run out at their time, which the next `start` makes up for.
   */
  async stop(): Promise<void> {
    this.#port = undefined;
    this.#clock.pause();
    await this.#server.close();
  }

  /** What clients connect with. @throws Error while the bus is not started, as it has no port then. */
  get connectionString(): string {
    if (this.#port === undefined) throw new Error("The Service Bus is not started.");
    const key = `SharedAccessKeyName=${SHARED_ACCESS_KEY_NAME};SharedAccessKey=${SHARED_ACCESS_KEY}`;
    return `Endpoint=sb://127.0.0.1:${this.#port};${key};UseDevelopmentEmulator=true;`;
  }

  /** Messages that each queue accepted from senders so far, those included that were dropped as duplicates. */
  get acceptedMessages(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#queues.map((entity) => [entity.name, entity.acceptedMessages]));
  }

  /** Where the messages of each queue are now. */
  snapshot(): Readonly<Record<string, QueueSnapshot>> {
    return Object.fromEntries(this.#queues.map((entity) => [entity.name, entity.queue.snapshot()]));
  }

  /** Drops all connections at once; clients find out by themselves and connect again. */
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
