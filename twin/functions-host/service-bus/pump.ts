import type { ServiceBusClient } from "@azure/service-bus";
import type { Clock } from "../../clock.ts";
import type { ServiceBusSettings } from "../host-json.ts";
import type { MessageDelivery } from "./message-delivery.ts";

/** Delivers the messages of one queue to one function. */
export interface Pump {
  /** Starts to receive. Retries until the broker is reachable. */
  start(): void;
  /** Stops receiving. Resolves when all messages in progress are settled. */
  stop(): Promise<void>;
}

export interface PumpOptions {
  /** Used by this pump only; closed by its creator. */
  readonly client: ServiceBusClient;
  readonly queueName: string;
  readonly settings: ServiceBusSettings;
  readonly delivery: MessageDelivery;
  readonly clock: Clock;
  readonly warn: (message: string) => void;
}
