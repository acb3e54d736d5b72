import type { EventFaults } from "./event-faults.ts";

/** Delivers an event. @param onFirstAttempt - called when the first attempt has ended. */
type Deliver<Event> = (event: Event, delayMs: number, onFirstAttempt: () => void) => void;

/** The events of one kind for one receiver. Applies the faults that delay, repeat or reorder events. */
export class EventLane<Event> {
  readonly #deliver: Deliver<Event>;
  readonly #held: Event[] = [];

  constructor(deliver: Deliver<Event>) {
    this.#deliver = deliver;
  }

  send(event: Event, faults: EventFaults): void {
    const delayMs = faults.takeDelayMs();
    const fault = faults.takeDeliveryFault();
    if (fault?.effect === "hold") {
      this.#held.push(event);
      return;
    }
    const overtaken = this.#held.splice(0);
    this.#deliver(event, delayMs, () => this.#deliverNow(overtaken));
    if (fault?.effect === "deliver-twice") this.#deliver(event, delayMs, () => {});
    if (fault?.effect === "replay") this.#deliver(event, delayMs + fault.delayMs, () => {});
  }

  /** Delivers the events that the fault "hold" keeps back. */
  releaseHeld(): void {
    this.#deliverNow(this.#held.splice(0));
  }

  #deliverNow(events: readonly Event[]): void {
    for (const event of events) this.#deliver(event, 0, () => {});
  }
}
