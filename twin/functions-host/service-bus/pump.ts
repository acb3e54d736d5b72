import type { ServiceBusClient } from "@azure/service-bus";
import type { Clock } from "../../clock.ts";
import type { ServiceBusSettings } from "../host-json.ts";
import type { MessageDelivery } from "./message-delivery.ts";

/** Takes messages from one queue to one function. */
export interface Pump {
  /** Begins; a broker that is not there is tried again until it is. */
  start(): void;
  /** Takes no further message and resolves when those under way have been settled. */
  stop(): Promise<void>;
}

export interface PumpOptions {
  /** The pump's own; whoever made it closes it. */
  readonly client: ServiceBusClient;
  readonly queueName: string;
  readonly settings: ServiceBusSettings;
  readonly delivery: MessageDelivery;
  readonly clock: Clock;
  readonly warn: (message: string) => void;
}
