import type { Faults } from "../phone-network/faults.ts";

/** How an event is brought to the receiver. @param onFirstAttempt - to be called when the first attempt has ended. */
export type Deliver<Event> = (event: Event, delayMs: number, onFirstAttempt: () => void) => void;

/** The events of one kind for one receiver, on their way through the faults that delay, repeat and reorder them. */
export class EventLine<Event> {
  readonly #faults: Faults;
  readonly #deliver: Deliver<Event>;
  readonly #held: Event[] = [];

  constructor(faults: Faults, deliver: Deliver<Event>) {
    this.#faults = faults;
    this.#deliver = deliver;
  }

  /** @param parties - the phone numbers that the event is about, for faults to match. */
  send(event: Event, parties: readonly string[]): void {
    const delayMs = this.#faults.take("event", ["delay"], parties)?.delayMs ?? 0;
    const fault = this.#faults.take("event", ["deliver-twice", "hold", "replay"], parties);
    if (fault?.effect === "hold") {
      this.#held.push(event);
      return;
    }
    const overtaken = this.#held.splice(0);
    this.#deliver(event, delayMs, () => this.#deliverAll(overtaken));
    if (fault?.effect === "deliver-twice") this.#deliver(event, delayMs, () => {});
    if (fault?.effect === "replay") this.#deliver(event, delayMs + fault.delayMs, () => {});
  }

  /** Lets go of the events that a fault holds back. */
  release(): void {
    this.#deliverAll(this.#held.splice(0));
  }

  #deliverAll(events: readonly Event[]): void {
    for (const event of events) this.#deliver(event, 0, () => {});
  }
}
