import type { ServiceBusReceivedMessage, ServiceBusSessionReceiver } from "@azure/service-bus";
import { renewLock } from "./lock-renewal.ts";
import type { PumpOptions } from "./pump.ts";

/** Processes one session until it has been idle for `sessionIdleTimeout`, or its lock or link is lost. */
export class SessionRun {
  /** Resolves when the session is released. */
  readonly ended: Promise<void>;
  readonly #session: ServiceBusSessionReceiver;
  readonly #options: PumpOptions;
  readonly #stopping = Promise.withResolvers<void>();
  readonly #lost = Promise.withResolvers<void>();
  readonly #subscription: { close(): Promise<void> };
  readonly #stopRenewal: () => void;
  #current: Promise<void> = Promise.resolve();
  #cancelIdle: () => void = () => {};

  constructor(session: ServiceBusSessionReceiver, options: PumpOptions) {
    this.#session = session;
    this.#options = options;
    this.#stopRenewal = renewLock(options.clock, {
      lockedUntil: session.sessionLockedUntilUtc,
      maxMs: options.settings.maxAutoLockRenewalDuration,
      renew: () => session.renewSessionLock(),
      onLost: (error) => this.#abandon(`its lock was lost: ${error}`),
    });
    this.#startIdleTimer();
    this.#subscription = session.subscribe(
      {
        processMessage: (message) => this.#process(message),
        processError: async ({ error }) => this.#abandon(error?.message ?? "the connection was lost"),
      },
      { autoCompleteMessages: false, maxConcurrentCalls: 1 },
    );
    this.ended = this.#release();
  }

  /** Stops receiving. Resolves when the current message is settled and the session is released. */
  stop(): Promise<void> {
    this.#stopping.resolve();
    return this.ended;
  }

  #process(message: ServiceBusReceivedMessage): Promise<void> {
    this.#cancelIdle();
    this.#current = this.#options.delivery
      .deliver(this.#session, message, this.#lost.promise)
      .then(() => this.#startIdleTimer());
    return this.#current;
  }

  #startIdleTimer(): void {
    this.#cancelIdle = this.#options.clock.after(this.#options.settings.sessionIdleTimeout, () =>
      this.#stopping.resolve(),
    );
  }

  #abandon(reason: string): void {
    this.#options.warn(
      `Session "${this.#session.sessionId}" of queue "${this.#options.queueName}" is released: ${reason}`,
    );
    this.#lost.resolve();
    this.#stopping.resolve();
  }

  async #release(): Promise<void> {
    await this.#stopping.promise;
    await this.#subscription.close().catch(() => {}); // a last message may still arrive
    await this.#current;
    this.#cancelIdle();
    this.#stopRenewal();
    await this.#session.close().catch(() => {}); // without a link the broker has already released the session
  }
}
