import type { ServiceBusReceivedMessage, ServiceBusReceiver } from "@azure/service-bus";
import { AppStoppedError, type Invoker } from "../invocation.ts";
import { toTriggerInput, toTriggerMetadata } from "./trigger-data.ts";

const NEVER = new Promise<void>(() => {});

interface MessageDeliveryOptions {
  readonly invoker: Invoker;
  readonly functionName: string;
  readonly autoComplete: boolean;
  readonly warn: (message: string) => void;
}

/** Takes a message from the broker to the function and tells the broker how it went. */
export class MessageDelivery {
  readonly #options: MessageDeliveryOptions;
  #isDisconnected = false;
  #inProgress = 0;
  #onIdle: (() => void)[] = [];

  constructor(options: MessageDeliveryOptions) {
    this.#options = options;
  }

  /** Tells the broker nothing any more, as if the process had died. */
  disconnect(): void {
    this.#isDisconnected = true;
  }

  /** Resolves when no message is under way. */
  idle(): Promise<void> {
    return this.#inProgress === 0 ? Promise.resolve() : new Promise((resolve) => this.#onIdle.push(resolve));
  }

  /**
   * Calls the function: its success completes the message, its throw abandons it. Never throws.
   * @param lost - resolves when the receiver has lost its link: the SDK would wait a minute for the broker's answer.
   */
  async deliver(
    receiver: ServiceBusReceiver,
    message: ServiceBusReceivedMessage,
    lost: Promise<void> = NEVER,
  ): Promise<void> {
    this.#inProgress++;
    try {
      const how = await this.#call(message);
      await Promise.race([this.#settle(how, receiver, message), lost]);
    } catch (error) {
      // The broker has the message back, or will have when its lock runs out, and delivers it again.
      this.#options.warn(`Message ${message.messageId} could not be settled: ${error}`);
    } finally {
      this.#inProgress--;
      if (this.#inProgress === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
    }
  }

  async #call(message: ServiceBusReceivedMessage): Promise<"complete" | "abandon" | "unanswered"> {
    const { invoker, functionName, autoComplete } = this.#options;
    try {
      await invoker.invoke(functionName, toTriggerInput(message), toTriggerMetadata(message));
      return autoComplete ? "complete" : "unanswered";
    } catch (error) {
      return error instanceof AppStoppedError ? "unanswered" : "abandon";
    }
  }

  async #settle(
    how: "complete" | "abandon" | "unanswered",
    receiver: ServiceBusReceiver,
    message: ServiceBusReceivedMessage,
  ): Promise<void> {
    if (this.#isDisconnected || how === "unanswered") return;
    if (how === "complete") await receiver.completeMessage(message);
    else await receiver.abandonMessage(message);
  }
}
