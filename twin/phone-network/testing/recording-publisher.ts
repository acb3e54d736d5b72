import type { EventGridEvent } from "../../event-grid/event.ts";
import type { EventPublisher } from "../../event-grid/publisher.ts";
import { type EventFaults, NO_FAULTS } from "../../webhooks/event-faults.ts";

/** Records the published events, and delivers none. */
export class RecordingPublisher implements EventPublisher {
  /** Oldest first. */
  readonly published: EventGridEvent[] = [];
  readonly #faults = new Map<string, EventFaults>();

  publish(event: EventGridEvent, faults = NO_FAULTS): void {
    this.published.push(event);
    this.#faults.set(event.id, faults);
  }

  releaseHeld(): void {}

  /** The faults that the last event with this id was published with. */
  faultsOf(id: string): EventFaults {
    return this.#faults.get(id) ?? NO_FAULTS;
  }
}
