import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Scheduler } from "../webhooks/scheduler.ts";
import type { Faults } from "./faults.ts";
import type { Handsets } from "./handsets.ts";
import type { OptOutPolicy, OptOuts } from "./opt-outs.ts";
import { segment } from "./segments.ts";

/** A text from an owned number to a customer, or from a customer to an owned number. */
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
  /** `code` is the provider's own code, given by the fault; undefined for an unknown reason. */
  | { readonly kind: "failed"; readonly code?: number };

/** The result of a text that a provider accepted. */
export interface DeliveryReport {
  readonly text: Text;
  readonly outcome: Outcome;
  readonly segmentCount: number;
  /** Milliseconds since the Unix epoch, as `reportedAt`. */
  readonly sentAt: number;
  readonly reportedAt: number;
}

/** Callbacks of the provider that sends a text. */
export interface SendListener {
  /** Called once, when the text has been sent; after the reports under the fault "overtake". */
  readonly onSent?: (outcome: Outcome) => void;
  /** Called once, with the true outcome, regardless of faults on the reports. */
  readonly onOutcome?: (report: DeliveryReport) => void;
  /** Called for each report: once without a fault; a fault can drop or repeat reports. */
  readonly onReport?: (report: DeliveryReport) => void;
}

/** The carriers, which all providers share: they deliver texts to handsets and report the outcome. */
export class Carrier {
  readonly #clock: Clock;
  readonly #scheduler: Scheduler;
  readonly #faults: Faults;
  readonly #handsets: Handsets;
  readonly #optOuts: OptOuts;
  readonly #reportDelayMs: number;

  constructor(parts: {
    clock: Clock;
    scheduler: Scheduler;
    faults: Faults;
    handsets: Handsets;
    optOuts: OptOuts;
    reportDelayMs: number;
  }) {
    this.#clock = parts.clock;
    this.#scheduler = parts.scheduler;
    this.#faults = parts.faults;
    this.#handsets = parts.handsets;
    this.#optOuts = parts.optOuts;
    this.#reportDelayMs = parts.reportDelayMs;
  }

  /** Sends a text to a customer. It reaches the handset at once or never. */
  send(text: Text, listener: SendListener): void {
    this.#report(text, this.#deliver(text), listener);
  }

  /** Applies an opt-out policy to a customer's text to an owned number, and sends the reply of the policy. */
  applyPolicy(text: Text, policy: OptOutPolicy): void {
    const reply = this.#optOuts.apply(text, policy);
    if (reply) this.#show({ messageId: randomUUID(), from: text.to, to: text.from, text: reply }, "network");
  }

  #deliver(text: Text): Outcome {
    if (this.#optOuts.isBlocked(text.from, text.to)) return { kind: "opted-out" };
    const failure = this.#faults.take("report", ["fail"], [text.from, text.to]);
    if (!failure || failure.reachesHandset) this.#show(text, "sender");
    return failure ? { kind: "failed", code: failure.code } : { kind: "delivered" };
  }

  #show(text: Text, origin: "sender" | "network"): void {
    const receivedAt = new Date(this.#clock.now()).toISOString();
    this.#handsets.receive({ ...text, ...segment(text.text), receivedAt, origin });
  }

  #report(text: Text, outcome: Outcome, { onSent, onOutcome, onReport }: SendListener): void {
    const sentAt = this.#clock.now();
    const { segmentCount } = segment(text.text);
    const schedule = (delayMs: number, reported: Outcome, callback: (report: DeliveryReport) => void) => {
      const report = { text, outcome: reported, segmentCount, sentAt, reportedAt: sentAt + delayMs };
      this.#scheduler.add(delayMs, () => callback(report));
    };
    const fault = onReport ? this.#reportFault(text, onSent !== undefined) : NO_FAULT;
    const delayMs = this.#reportDelayMs + fault.delayMs;
    const nextDelayMs = delayMs + this.#reportDelayMs;
    if (onSent) this.#scheduler.add(fault.effect === "overtake" ? nextDelayMs : 0, () => onSent(outcome));
    if (onOutcome) schedule(this.#reportDelayMs, outcome, onOutcome);
    if (!onReport || fault.effect === "lose") return;
    schedule(delayMs, outcome, onReport);
    if (fault.effect === "duplicate") schedule(delayMs, outcome, onReport);
    if (fault.effect === "regress") schedule(nextDelayMs, opposite(outcome), onReport);
  }

  /** @param reportsSent - whether the provider also reports that a text has been sent. */
  #reportFault({ from, to }: Text, reportsSent: boolean) {
    const delayMs = this.#faults.take("report", ["delay"], [from, to])?.delayMs ?? 0;
    const overtake = reportsSent ? (["overtake"] as const) : [];
    return {
      delayMs,
      effect: this.#faults.take("report", ["lose", "duplicate", "regress", ...overtake], [from, to])?.effect,
    };
  }
}

const NO_FAULT = { delayMs: 0, effect: undefined };

const opposite = (outcome: Outcome): Outcome =>
  outcome.kind === "delivered" ? { kind: "failed" } : { kind: "delivered" };
