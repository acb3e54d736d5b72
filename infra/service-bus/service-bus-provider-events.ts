import * as z from "zod";
import {
  type ProviderEvent,
  type ProviderEventQueue,
  providerEventSchema,
} from "../../shared/intake/provider-events.ts";
import { PermanentError } from "../../shared/kernel/errors.ts";
import type { Encryptor } from "../crypto/encryptor.ts";
import type { QueueSenders } from "./queue-senders.ts";

const bodySchema = z.object({ sealed: z.string() });

/** Provider events as messages. They are encrypted: a person who may read a queue must not see numbers and texts. */
export class ServiceBusProviderEvents implements ProviderEventQueue {
  readonly #senders: QueueSenders;
  readonly #encryptor: Encryptor;

  constructor(senders: QueueSenders, encryptor: Encryptor) {
    this.#senders = senders;
    this.#encryptor = encryptor;
  }

  enqueue(event: ProviderEvent, afterSeconds?: number): Promise<void> {
    return this.#senders.send({
      queue: "provider-events",
      body: { sealed: this.#encryptor.encrypt(JSON.stringify(event)) },
      ...(afterSeconds !== undefined && { afterSeconds }),
    });
  }

  open(body: unknown): ProviderEvent {
    try {
      return providerEventSchema.parse(JSON.parse(this.#encryptor.decrypt(bodySchema.parse(body).sealed)));
    } catch (cause) {
      throw new PermanentError("this provider event was not encrypted by this app with its present key", { cause });
    }
  }
}
