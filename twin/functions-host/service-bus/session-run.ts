import type { ServiceBusReceivedMessage, ServiceBusSessionReceiver } from "@azure/service-bus";
import { keepLock } from "./lock-renewal.ts";
import type { PumpOptions } from "./pump.ts";

/** One session from its acceptance until it has been idle for `sessionIdleTimeout`, or its lock or link is lost. */
export class SessionRun {
  /** Resolves when the session has been given back. */
  readonly ended: Promise<void>;
  readonly #session: ServiceBusSessionReceiver;
  readonly #options: PumpOptions;
  readonly #over = Promise.withResolvers<void>();
  readonly #lost = Promise.withResolvers<void>();
  readonly #subscription: { close(): Promise<void> };
  readonly #stopRenewal: () => void;
  #current: Promise<void> = Promise.resolve();
  #cancelIdle: () => void = () => {};

  constructor(session: ServiceBusSessionReceiver, options: PumpOptions) {
    this.#session = session;
    this.#options = options;
    this.#stopRenewal = keepLock(options.clock, {
      lockedUntil: session.sessionLockedUntilUtc,
      maxMs: options.settings.maxAutoLockRenewalDuration,
      renew: () => session.renewSessionLock(),
      onLost: (error) => this.#leave(`its lock was lost: ${error}`),
    });
    this.#waitForNext();
    this.#subscription = session.subscribe(
      {
        processMessage: (message) => this.#process(message),
        processError: async ({ error }) => this.#leave(error?.message ?? "the connection was lost"),
      },
      { autoCompleteMessages: false, maxConcurrentCalls: 1 },
    );
    this.ended = this.#giveBack();
  }

  /** Takes no further message, and resolves when the one under way has been settled and the session given back. */
  end(): Promise<void> {
    this.#over.resolve();
    return this.ended;
  }

  #process(message: ServiceBusReceivedMessage): Promise<void> {
    this.#cancelIdle();
    this.#current = this.#options.delivery
      .deliver(this.#session, message, this.#lost.promise)
      .then(() => this.#waitForNext());
    return this.#current;
  }

  #waitForNext(): void {
    this.#cancelIdle = this.#options.clock.after(this.#options.settings.sessionIdleTimeout, () => this.#over.resolve());
  }

  #leave(reason: string): void {
    this.#options.warn(`Session "${this.#session.sessionId}" of queue "${this.#options.queueName}" is left: ${reason}`);
    this.#lost.resolve();
    this.#over.resolve();
  }

  async #giveBack(): Promise<void> {
    await this.#over.promise;
    await this.#subscription.close().catch(() => {}); // a message on its way may come in meanwhile
    await this.#current;
    this.#cancelIdle();
    this.#stopRenewal();
    await this.#session.close().catch(() => {}); // the link may be gone: then the broker has the session back already
  }
}
