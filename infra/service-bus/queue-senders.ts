import type { ServiceBusClient, ServiceBusMessage, ServiceBusSender } from "@azure/service-bus";
import { TransientError } from "../../shared/kernel/errors.ts";
import { addSeconds, type Now } from "../../shared/kernel/instant.ts";
import type { QueueName } from "./queues.ts";
import { isServiceBusAccessRefusal, isTransientServiceBusFault } from "./service-bus-fault.ts";

/** A message for one of the queues. */
export interface OutgoingMessage extends Pick<ServiceBusMessage, "messageId" | "sessionId"> {
  readonly queue: QueueName;
  /** An object: a trigger would parse a plain text. */
  readonly body: object;
  /** Seconds until the broker delivers it; defaults to 0. */
  readonly afterSeconds?: number;
  /** Further application properties. */
  readonly properties?: Readonly<Record<string, string>>;
  /** The W3C trace of the sender; undefined when it has none. */
  readonly traceParent?: string | undefined;
}

/** The property by which the receiver continues the sender's trace. Source: Azure Service Bus, end-to-end tracing. */
const TRACE_PROPERTY = "Diagnostic-Id";

/** Sends messages to the queues, with one sender for each. */
export class QueueSenders {
  readonly #client: () => Promise<ServiceBusClient>;
  readonly #now: Now;
  readonly #senders = new Map<QueueName, ServiceBusSender>();

  constructor(client: () => Promise<ServiceBusClient>, now: Now) {
    this.#client = client;
    this.#now = now;
  }

  /** @throws TransientError when the broker is unavailable or refuses the app's identity. */
  async send({ queue, afterSeconds = 0, properties, traceParent, ...message }: OutgoingMessage): Promise<void> {
    const scheduledEnqueueTimeUtc = new Date(addSeconds(this.#now(), afterSeconds));
    const schedule = afterSeconds > 0 ? { scheduledEnqueueTimeUtc } : {};
    const trace = traceParent === undefined ? {} : { [TRACE_PROPERTY]: traceParent };
    const applicationProperties = { ...properties, ...trace };
    try {
      const sender = await this.#senderFor(queue);
      await sender.sendMessages({ ...message, contentType: "application/json", applicationProperties, ...schedule });
    } catch (cause) {
      if (!isTransientServiceBusFault(cause)) throw cause;
      const isAccessRefused = isServiceBusAccessRefusal(cause);
      throw new TransientError(`Service Bus: cannot send to ${queue}`, { cause, isAccessRefused });
    }
  }

  /**
   * Opens the link to a queue, which needs the right to send. Does nothing while it is open.
   * @throws an error of the SDK when that fails.
   */
  async open(queue: QueueName): Promise<void> {
    const sender = await this.#senderFor(queue);
    await sender.createMessageBatch();
  }

  async #senderFor(queue: QueueName): Promise<ServiceBusSender> {
    const client = await this.#client();
    const sender = this.#senders.get(queue) ?? client.createSender(queue);
    this.#senders.set(queue, sender);
    return sender;
  }
}
