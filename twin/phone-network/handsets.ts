import type { CustomerText } from "./customer-text.ts";
import { withoutPlus } from "./phone-number.ts";
import { type Segmentation, segment } from "./segments.ts";

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

/** A text between a customer's phone and an owned number, as the phone shows it. */
export interface ConversationText extends Segmentation {
  readonly messageId: string;
  /** As seen from the phone. A text of the network is a reply of a carrier or provider to STOP, START or HELP. */
  readonly kind: "sent" | "received" | "network";
  readonly text: string;
  /** Pictures and other files. */
  readonly attachmentCount: number;
  /** When the phone sent or received the text; ISO 8601, UTC. */
  readonly at: string;
}

type StoredText = HandsetText | SentText;

interface SentText extends Segmentation {
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly attachmentCount: number;
  readonly sentAt: string;
}

/** The customers' phones: one for each number. */
export class Handsets {
  readonly #texts = new Map<string, StoredText[]>();

  receive(text: HandsetText): void {
    this.#textsOf(text.to).push(text);
  }

  /**
   * Sends a customer's text. The phone shows it before the replies that sending it causes.
   * @param send - sends it and returns the id of the message. The phone does not show a text that it throws for, nor
   * one that repeats the id of another.
   * @param now - milliseconds since the Unix epoch.
   */
  send({ from, to, text, media = [] }: CustomerText, send: () => string, now: number): string {
    const texts = this.#textsOf(from);
    const position = texts.length;
    const messageId = send();
    if (!texts.some((other) => other.messageId === messageId)) {
      const sentAt = new Date(now).toISOString();
      texts.splice(position, 0, { messageId, from, to, text, attachmentCount: media.length, sentAt, ...segment(text) });
    }
    return messageId;
  }

  /** The numbers of the phones that have sent or received a text, in the order of their first one. */
  numbers(): readonly string[] {
    return [...this.#texts].filter(([, texts]) => texts.length > 0).map(([number]) => number);
  }

  /** The texts that a phone has received, oldest first. */
  texts(number: string): readonly HandsetText[] {
    return this.#textsOf(number).filter((text) => "receivedAt" in text);
  }

  /** The texts between a phone and an owned number, oldest first. */
  conversation(number: string, owned: string): readonly ConversationText[] {
    return this.#textsOf(number)
      .filter((text) => withoutPlus("sentAt" in text ? text.to : text.from) === withoutPlus(owned))
      .map(toConversationText);
  }

  #textsOf(number: string): StoredText[] {
    const texts = this.#texts.get(number) ?? [];
    this.#texts.set(number, texts);
    return texts;
  }
}

const toConversationText = (stored: StoredText): ConversationText => {
  const { messageId, text, encoding, segmentCount } = stored;
  const common = { messageId, text, encoding, segmentCount };
  if ("sentAt" in stored) {
    return { ...common, kind: "sent", attachmentCount: stored.attachmentCount, at: stored.sentAt };
  }
  const kind = stored.origin === "network" ? "network" : "received";
  return { ...common, kind, attachmentCount: 0, at: stored.receivedAt };
};
