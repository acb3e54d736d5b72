/** How long one announcement has the screen reader for itself, in milliseconds. */
const INTERVAL_MS = 2_000;
const MAX_QUEUED = 5;

export interface AnnouncerOptions {
  /** Shows a text in the live region. */
  readonly say: (text: string, urgency: Urgency) => void;
  readonly schedule: (action: () => void, ms: number) => void;
  /** Says in one sentence that there are further announcements. */
  readonly summarise: (count: number) => string;
}

export type Urgency = "polite" | "assertive";

/**
 * Says to screen readers what happens: in order, one announcement at a time, and never more than they can say. Urgent
 * announcements come at once.
 */
export class Announcer {
  readonly #options: AnnouncerOptions;
  #queue: string[] = [];
  #isSpeaking = false;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  announce(text: string, urgency: Urgency = "polite"): void {
    if (urgency === "assertive") {
      this.#options.say(text, urgency);
      return;
    }
    this.#queue.push(text);
    if (!this.#isSpeaking) this.#next();
  }

  #next(): void {
    const { say, schedule, summarise } = this.#options;
    const [first] = this.#queue;
    this.#isSpeaking = first !== undefined;
    if (first === undefined) return;
    const isTooMuch = this.#queue.length > MAX_QUEUED;
    say(isTooMuch ? summarise(this.#queue.length) : first, "polite");
    this.#queue = isTooMuch ? [] : this.#queue.slice(1);
    schedule(() => this.#next(), INTERVAL_MS);
  }
}
