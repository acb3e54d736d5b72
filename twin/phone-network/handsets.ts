import type { Segmentation } from "./segments.ts";

/** A text on a customer's phone. */
export interface HandsetText extends Segmentation {
  readonly messageId: string;
  /** The sender, as the phone shows it: a number or a name. */
  readonly from: string;
  readonly to: string;
  readonly text: string;
  /** ISO 8601, UTC. */
  readonly receivedAt: string;
  /** "network" for the reply of a carrier or provider to STOP, START or HELP, which has the same `from`. */
  readonly origin: "sender" | "network";
}

/** The customers' phones: one for each number. */
export class Handsets {
  readonly #texts = new Map<string, HandsetText[]>();

  receive(text: HandsetText): void {
    const texts = this.#texts.get(text.to) ?? [];
    texts.push(text);
    this.#texts.set(text.to, texts);
  }

  /** The texts on a phone, oldest first. */
  texts(number: string): readonly HandsetText[] {
    return [...(this.#texts.get(number) ?? [])];
  }
}
