import type { ServiceBusReceivedMessage, ServiceBusReceiver } from "@azure/service-bus";
import { renewLock } from "./lock-renewal.ts";
import type { Pump, PumpOptions } from "./pump.ts";

/** The pump of a queue without sessions: processes up to `maxConcurrentCalls` messages at once. */
export class QueuePump implements Pump {
  readonly #options: PumpOptions;
  readonly #receiver: ServiceBusReceiver;
  readonly #abort = new AbortController();
  #subscription: { close(): Promise<void> } | undefined;

  constructor(options: PumpOptions) {
    this.#options = options;
    // The SDK's lock renewal is off because it uses the system's time.
    const settings = { skipParsingBodyAsJson: true, maxAutoLockRenewalDurationInMs: 0 };
    this.#receiver = options.client.createReceiver(options.queueName, settings);
  }

  start(): void {
    const { settings, warn, queueName } = this.#options;
    this.#subscription = this.#receiver.subscribe(
      {
        processMessage: (message) => this.#process(message),
        processError: async ({ error, errorSource }) => warn(`Queue "${queueName}", ${errorSource}: ${error.message}`),
      },
      {
        autoCompleteMessages: false,
        maxConcurrentCalls: settings.maxConcurrentCalls,
        abortSignal: this.#abort.signal,
      },
    );
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#subscription?.close();
    await this.#options.delivery.idle();
  }

  async #process(message: ServiceBusReceivedMessage): Promise<void> {
    const { clock, settings, delivery, warn } = this.#options;
    const stopRenewal = renewLock(clock, {
      lockedUntil: message.lockedUntilUtc ?? new Date(clock.now()),
      maxMs: settings.maxAutoLockRenewalDuration,
      renew: () => this.#receiver.renewMessageLock(message),
      onLost: (error) => warn(`The lock of message ${message.messageId} was lost: ${error}`),
    });
    try {
      await delivery.deliver(this.#receiver, message);
    } finally {
      stopRenewal();
    }
  }
}
