import type { EventFaults } from "../webhooks/event-faults.ts";
import type { EventGridEvent } from "./event.ts";

/** A topic, as the source of its events sees it. */
export interface EventPublisher {
  /**
   * Publishes an event to each subscription for its type: at least once, in no particular order. An event without a
   * subscription is dropped.
   * @param faults - taken once for each subscription; none by default.
   */
  publish(event: EventGridEvent, faults?: EventFaults): void;
  /** Delivers the events that the fault "hold" keeps back. */
  releaseHeld(): void;
}

/** The effects that Event Grid takes from an event's faults, beside those that every event can have. */
export const EVENT_GRID_FAULTS = {
  "pascal-case": "The keys of the event's data begin with a capital letter.",
  "cloud-events": "The event is delivered as a CloudEvent, whatever the schema of the subscription.",
} as const;
