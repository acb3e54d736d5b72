import type { ServiceBusClient, ServiceBusMessage, ServiceBusSender } from "@azure/service-bus";
import { type ThreadId, workItemIdOf } from "../../shared/conversation/ids.ts";
import type { MessageId } from "../../shared/conversation/message.ts";
import { TransientError } from "../../shared/errors.ts";
import { addSeconds, type Instant, type Now } from "../../shared/instant.ts";
import type { DispatchRequest, OutboundRequest, WakeUps, WorkItem } from "../../shared/routing/wake-ups.ts";
import type { Config } from "../config.ts";
import { credentialFor } from "../credential.ts";
import { lazy } from "../lazy.ts";
import type { QueueName } from "./queues.ts";

/** Short enough that a sender that waits for an answer (Event Grid: 30 seconds) gets one. */
const RETRY = { maxRetries: 1, retryDelayInMs: 250, timeoutInMs: 8000 };

/** Connects at the first call. */
export const connectServiceBus = ({ serviceBus, identityClientId }: Config): (() => Promise<ServiceBusClient>) =>
  lazy(async () => {
    const { ServiceBusClient } = await (await import("../sdks.ts")).serviceBus();
    const options = { retryOptions: RETRY };
    return serviceBus.kind === "identity"
      ? new ServiceBusClient(serviceBus.endpoint, await credentialFor(identityClientId), options)
      : new ServiceBusClient(serviceBus.connectionString, options);
  });

/** Wake-ups as messages: ids only, in object bodies, because a plain text would reach a trigger as something else. */
export class ServiceBusWakeUps implements WakeUps {
  readonly #client: () => Promise<ServiceBusClient>;
  readonly #now: Now;
  readonly #senders = new Map<QueueName, ServiceBusSender>();

  constructor(client: () => Promise<ServiceBusClient>, now: Now) {
    this.#client = client;
    this.#now = now;
  }

  workItem(item: WorkItem): Promise<void> {
    return this.#send("work-items", item, { messageId: workItemIdOf(item.conversationId, item.epoch) });
  }

  async dispatch(requests: readonly DispatchRequest[], afterSeconds = 0): Promise<void> {
    const scheduledEnqueueTimeUtc = new Date(addSeconds(this.#now(), afterSeconds));
    await Promise.all(
      requests.map((request) =>
        this.#send("dispatch", request, {
          sessionId: request.queueId,
          ...(afterSeconds > 0 && { scheduledEnqueueTimeUtc }),
        }),
      ),
    );
  }

  outbound(threadId: ThreadId, messageId: MessageId, again?: Instant): Promise<void> {
    const wish = again === undefined ? messageId : `${messageId}@${again}`;
    return this.#send("outbound-sms", { threadId, messageId }, { sessionId: threadId, messageId: wish });
  }

  async #send(
    queue: QueueName,
    body: WorkItem | DispatchRequest | OutboundRequest,
    properties: Pick<ServiceBusMessage, "messageId" | "sessionId" | "scheduledEnqueueTimeUtc">,
  ): Promise<void> {
    try {
      const sender = await this.#senderFor(queue);
      await sender.sendMessages({ body, contentType: "application/json", ...properties });
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
