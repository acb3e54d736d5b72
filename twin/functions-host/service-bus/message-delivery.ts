import type { ServiceBusReceivedMessage, ServiceBusReceiver } from "@azure/service-bus";
import { AppStoppedError, type Invoker } from "../invocation.ts";
import { toTriggerInput, toTriggerMetadata } from "./trigger-data.ts";

const NEVER = new Promise<void>(() => {});

type Settlement = "complete" | "abandon" | "none";

interface MessageDeliveryOptions {
  readonly invoker: Invoker;
  readonly functionName: string;
  readonly autoComplete: boolean;
  readonly warn: (message: string) => void;
}

/** Passes messages to a function and settles them with its outcome. */
export class MessageDelivery {
  readonly #options: MessageDeliveryOptions;
  #isDisconnected = false;
  #inProgress = 0;
  #onIdle: (() => void)[] = [];

  constructor(options: MessageDeliveryOptions) {
    this.#options = options;
  }

  /** Settles no further message, as if the process had crashed. */
  disconnect(): void {
    this.#isDisconnected = true;
  }

  /** Resolves when no message is being processed. */
  idle(): Promise<void> {
    return this.#inProgress === 0 ? Promise.resolve() : new Promise((resolve) => this.#onIdle.push(resolve));
  }

  /**
   * Invokes the function and completes the message, or abandons it after an error. Never throws.
   * @param lost - resolves when the receiver has lost its link; the SDK would wait a minute for the broker's response.
   */
  async deliver(
    receiver: ServiceBusReceiver,
    message: ServiceBusReceivedMessage,
    lost: Promise<void> = NEVER,
  ): Promise<void> {
    this.#inProgress++;
    try {
      const settlement = await this.#invoke(message);
      await Promise.race([this.#settle(settlement, receiver, message), lost]);
    } catch (error) {
      // The broker redelivers the message, at the latest when its lock expires.
      this.#options.warn(`Message ${message.messageId} could not be settled: ${error}`);
    } finally {
      this.#inProgress--;
      if (this.#inProgress === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
    }
  }

  async #invoke(message: ServiceBusReceivedMessage): Promise<Settlement> {
    const { invoker, functionName, autoComplete } = this.#options;
    try {
      await invoker.invoke(functionName, toTriggerInput(message), toTriggerMetadata(message));
      return autoComplete ? "complete" : "none";
    } catch (error) {
      return error instanceof AppStoppedError ? "none" : "abandon";
    }
  }

  async #settle(
    settlement: Settlement,
    receiver: ServiceBusReceiver,
    message: ServiceBusReceivedMessage,
  ): Promise<void> {
    if (this.#isDisconnected || settlement === "none") return;
    if (settlement === "complete") await receiver.completeMessage(message);
    else await receiver.abandonMessage(message);
  }
}
