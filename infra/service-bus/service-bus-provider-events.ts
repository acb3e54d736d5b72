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

/** Events as messages. They hold numbers and texts, which nobody who may look into a queue has to read. */
export class ServiceBusProviderEvents implements ProviderEventQueue {
  readonly #senders: QueueSenders;
  readonly #seal: Encryptor;

  constructor(senders: QueueSenders, seal: Encryptor) {
    this.#senders = senders;
    this.#seal = seal;
  }

  enqueue(event: ProviderEvent, afterSeconds?: number): Promise<void> {
    return this.#senders.send(
      "provider-events",
      { sealed: this.#seal.encrypt(JSON.stringify(event)) },
      {},
      afterSeconds,
    );
  }

  open(body: unknown): ProviderEvent {
    try {
      return providerEventSchema.parse(JSON.parse(this.#seal.decrypt(bodySchema.parse(body).sealed)));
    } catch (cause) {
      throw new PermanentError("this provider event was not sealed by this app under its present key", { cause });
    }
  }
}
