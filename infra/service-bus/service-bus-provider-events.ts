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
  readonly #traceParent: string | undefined;

  /** @param traceParent - the W3C trace of the messages. */
  constructor(senders: QueueSenders, encryptor: Encryptor, traceParent?: string) {
    this.#senders = senders;
    this.#encryptor = encryptor;
    this.#traceParent = traceParent;
  }

  enqueue(event: ProviderEvent): Promise<void> {
    return this.#senders.send({
      queue: "provider-events",
      body: { sealed: this.#encryptor.encrypt(JSON.stringify(event)) },
      traceParent: this.#traceParent,
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
