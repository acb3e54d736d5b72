import type { Segmentation } from "./segments.ts";

/** A text as a customer's phone shows it. */
export interface HandsetText extends Segmentation {
  readonly messageId: string;
  /** The number or name that the phone shows as the sender. */
  readonly from: string;
  readonly to: string;
  readonly text: string;
  /** ISO 8601, UTC. */
  readonly receivedAt: string;
  /** "network": the carrier's or Twilio's own answer to STOP, START or HELP, in the name of `from`. */
  readonly origin: "sender" | "network";
}

/** The customers' phones. Every number has one. */
export class Handsets {
  readonly #texts = new Map<string, HandsetText[]>();

  receive(text: HandsetText): void {
    const texts = this.#texts.get(text.to) ?? [];
    texts.push(text);
    this.#texts.set(text.to, texts);
  }

  /** What a phone got, oldest first. */
  texts(number: string): readonly HandsetText[] {
    return [...(this.#texts.get(number) ?? [])];
  }
}
