import type { ServiceBusClient, ServiceBusMessage, ServiceBusSender } from "@azure/service-bus";
import { TransientError } from "../../shared/kernel/errors.ts";
import { addSeconds, type Now } from "../../shared/kernel/instant.ts";
import type { QueueName } from "./queues.ts";

/** Sends to the queues. Bodies are objects, because a plain text would reach a trigger as something else. */
export class QueueSenders {
  readonly #client: () => Promise<ServiceBusClient>;
  readonly #now: Now;
  readonly #senders = new Map<QueueName, ServiceBusSender>();

  constructor(client: () => Promise<ServiceBusClient>, now: Now) {
    this.#client = client;
    this.#now = now;
  }

  /**
   * @param afterSeconds - how long the broker waits before it hands the message over.
   * @throws TransientError when the broker is unavailable.
   */
  async send(
    queue: QueueName,
    body: object,
    properties: Pick<ServiceBusMessage, "messageId" | "sessionId"> = {},
    afterSeconds = 0,
  ): Promise<void> {
    const scheduledEnqueueTimeUtc = new Date(addSeconds(this.#now(), afterSeconds));
    const schedule = afterSeconds > 0 ? { scheduledEnqueueTimeUtc } : {};
    try {
      const sender = await this.#senderFor(queue);
      await sender.sendMessages({ body, contentType: "application/json", ...properties, ...schedule });
    } catch (cause) {
      throw new TransientError(`Service Bus: cannot send to ${queue}`, { cause });
    }
  }

  async #senderFor(queue: QueueName): Promise<ServiceBusSender> {
    const client = await this.#client();
    const sender = this.#senders.get(queue) ?? client.createSender(queue);
    this.#senders.set(queue, sender);
    return sender;
  }
}
