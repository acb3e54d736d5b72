import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Agenda } from "./agenda.ts";
import type { Faults } from "./faults.ts";
import type { Handsets } from "./handsets.ts";
import type { OptOuts } from "./opt-outs.ts";
import { segment } from "./segments.ts";

/** A text from an owned number to a customer, or the other way. */
export interface Text {
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

export type Outcome =
  | { readonly kind: "delivered" }
  /** The customer texted STOP to the number. */
  | { readonly kind: "opted-out" }
  /** With the provider's own code, as the fault that caused it gave it; without one, nobody knows why. */
  | { readonly kind: "failed"; readonly code?: number };

/** What became of a text that a provider had accepted. */
export interface DeliveryReport {
  readonly text: Text;
  readonly outcome: Outcome;
  readonly segmentCount: number;
  /** Milliseconds since the Unix epoch. */
  readonly sentAt: number;
  readonly reportedAt: number;
}

/** The part of the phone network that no provider owns: it brings texts to handsets and says what became of them. */
export class Carrier {
  readonly #clock: Clock;
  readonly #agenda: Agenda;
  readonly #faults: Faults;
  readonly #handsets: Handsets;
  readonly #optOuts: OptOuts;
  readonly #reportDelayMs: number;

  constructor(parts: {
    clock: Clock;
    agenda: Agenda;
    faults: Faults;
    handsets: Handsets;
    optOuts: OptOuts;
    reportDelayMs: number;
  }) {
    this.#clock = parts.clock;
    this.#agenda = parts.agenda;
    this.#faults = parts.faults;
    this.#handsets = parts.handsets;
    this.#optOuts = parts.optOuts;
    this.#reportDelayMs = parts.reportDelayMs;
  }

  /**
   * Takes a text on its way to a customer. It reaches the handset at once, or not at all.
   * @param onReport - called later with what became of the text; more or fewer times than once when a fault says so.
   */
  send(text: Text, onReport?: (report: DeliveryReport) => void): void {
    const outcome = this.#bring(text);
    if (onReport) this.#report(text, outcome, onReport);
  }

  /** Takes notice of a text from a customer to an owned number: STOP and START block and unblock, and are answered. */
  hear(text: Text): void {
    const answer = this.#optOuts.hear(text.to, text.from, text.text);
    if (answer) this.#land({ messageId: randomUUID(), from: text.to, to: text.from, text: answer }, "network");
  }

  #bring(text: Text): Outcome {
    if (this.#optOuts.isBlocked(text.from, text.to)) return { kind: "opted-out" };
    const failure = this.#faults.take("report", ["fail"], [text.from, text.to]);
    if (!failure || failure.reachesHandset) this.#land(text, "sender");
    return failure ? { kind: "failed", code: failure.code } : { kind: "delivered" };
  }

  #land(text: Text, origin: "sender" | "network"): void {
    const receivedAt = new Date(this.#clock.now()).toISOString();
    this.#handsets.receive({ ...text, ...segment(text.text), receivedAt, origin });
  }

  #report(text: Text, outcome: Outcome, onReport: (report: DeliveryReport) => void): void {
    const parties = [text.from, text.to];
    const later = this.#faults.take("report", ["delay"], parties)?.delayMs ?? 0;
    const fault = this.#faults.take("report", ["lose", "duplicate", "regress"], parties);
    if (fault?.effect === "lose") return;
    const sentAt = this.#clock.now();
    const { segmentCount } = segment(text.text);
    const plan = (delayMs: number, said: Outcome) => {
      const report = { text, outcome: said, segmentCount, sentAt, reportedAt: sentAt + delayMs };
      this.#agenda.add(delayMs, () => onReport(report));
    };
    const delayMs = this.#reportDelayMs + later;
    plan(delayMs, outcome);
    if (fault?.effect === "duplicate") plan(delayMs, outcome);
    if (fault?.effect === "regress") plan(delayMs + this.#reportDelayMs, opposite(outcome));
  }
}

const opposite = (outcome: Outcome): Outcome =>
  outcome.kind === "delivered" ? { kind: "failed" } : { kind: "delivered" };
