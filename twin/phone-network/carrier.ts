import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Agenda } from "../webhooks/agenda.ts";
import type { Faults } from "./faults.ts";
import type { Handsets } from "./handsets.ts";
import type { OptOutPolicy, OptOuts } from "./opt-outs.ts";
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

/** What a provider wants to hear about a text that it handed over. */
export interface SendListener {
  /** Called once, when the text has left; after the reports when a fault says so. */
  readonly onSent?: (outcome: Outcome) => void;
  /** Called once, with what became of the text: also when a fault keeps the reports back or falsifies them. */
  readonly onOutcome?: (report: DeliveryReport) => void;
  /** Called with each report that goes out: more or fewer than one when a fault says so. */
  readonly onReport?: (report: DeliveryReport) => void;
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

  /** Takes a text on its way to a customer. It reaches the handset at once, or not at all. */
  send(text: Text, listener: SendListener): void {
    this.#report(text, this.#bring(text), listener);
  }

  /** Takes notice of a text from a customer to an owned number: the policy's words block, unblock and are answered. */
  hear(text: Text, policy: OptOutPolicy): void {
    const answer = this.#optOuts.hear(text.to, text.from, text.text, policy);
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

  #report(text: Text, outcome: Outcome, { onSent, onOutcome, onReport }: SendListener): void {
    const sentAt = this.#clock.now();
    const { segmentCount } = segment(text.text);
    const plan = (delayMs: number, said: Outcome, listener: (report: DeliveryReport) => void) => {
      const report = { text, outcome: said, segmentCount, sentAt, reportedAt: sentAt + delayMs };
      this.#agenda.add(delayMs, () => listener(report));
    };
    const fault = onReport ? this.#reportFault(text, onSent !== undefined) : NO_FAULT;
    const delayMs = this.#reportDelayMs + fault.delayMs;
    const afterwardsMs = delayMs + this.#reportDelayMs;
    if (onSent) this.#agenda.add(fault.effect === "overtake" ? afterwardsMs : 0, () => onSent(outcome));
    if (onOutcome) plan(this.#reportDelayMs, outcome, onOutcome);
    if (!onReport || fault.effect === "lose") return;
    plan(delayMs, outcome, onReport);
    if (fault.effect === "duplicate") plan(delayMs, outcome, onReport);
    if (fault.effect === "regress") plan(afterwardsMs, opposite(outcome), onReport);
  }

  #reportFault({ from, to }: Text, isStaged: boolean) {
    const delayMs = this.#faults.take("report", ["delay"], [from, to])?.delayMs ?? 0;
    const staged = isStaged ? (["overtake"] as const) : [];
    return {
      delayMs,
      effect: this.#faults.take("report", ["lose", "duplicate", "regress", ...staged], [from, to])?.effect,
    };
  }
}

const NO_FAULT = { delayMs: 0, effect: undefined };

const opposite = (outcome: Outcome): Outcome =>
  outcome.kind === "delivered" ? { kind: "failed" } : { kind: "delivered" };
