/** Source: Azure Communication Services SMS FAQ (STOP, UNSTOP, START) and messaging policy (the other words). */
const STOP_WORDS = new Set(["stop", "stopall", "unsubscribe", "cancel", "end", "quit"]);
const START_WORDS = new Set(["start", "unstop"]);

const STOP_ANSWER =
  'NETWORK MSG: You replied with the word "stop", which blocks all texts sent from this number. ' +
  'Text back "unstop" to receive messages again.';
const START_ANSWER = 'NETWORK MSG: You have replied "unstop" and will begin receiving messages again from this number.';

/**
 * Who wants no texts from which number. The network keeps this list itself, as carriers do for toll-free numbers: an
 * opt-out holds for one pair of numbers, and whoever owns the number can neither prevent nor undo it.
 */
export class OptOuts {
  readonly #blocked = new Set<string>();

  isBlocked(owned: string, customer: string): boolean {
    return this.#blocked.has(pair(owned, customer));
  }

  /**
   * Blocks or unblocks when the whole text is one of the words, in any case.
   * @returns what the network answers the customer, when something has changed.
   */
  hear(owned: string, customer: string, text: string): string | undefined {
    const word = text.trim().toLowerCase();
    const blocked = this.isBlocked(owned, customer);
    if (STOP_WORDS.has(word) && !blocked) {
      this.#blocked.add(pair(owned, customer));
      return STOP_ANSWER;
    }
    if (START_WORDS.has(word) && blocked) {
      this.#blocked.delete(pair(owned, customer));
      return START_ANSWER;
    }
    return undefined;
  }
}

const pair = (owned: string, customer: string): string => `${owned} ${customer}`;
