/** Whose words block and unblock texts, and what the customer is answered. */
export interface OptOutPolicy {
  readonly stopWords: ReadonlySet<string>;
  readonly startWords: ReadonlySet<string>;
  readonly helpWords: ReadonlySet<string>;
  readonly stopAnswer: string;
  readonly startAnswer: string;
  readonly helpAnswer: string;
}

/**
 * What carriers do for a toll-free number, whoever owns it and whatever provider it is with.
 * Source: Azure Communication Services SMS FAQ (STOP, UNSTOP, START) and messaging policy (the other words).
 */
export const NETWORK_POLICY: OptOutPolicy = {
  stopWords: new Set(["stop", "stopall", "unsubscribe", "cancel", "end", "quit"]),
  startWords: new Set(["start", "unstop"]),
  helpWords: new Set(),
  stopAnswer:
    'NETWORK MSG: You replied with the word "stop", which blocks all texts sent from this number. ' +
    'Text back "unstop" to receive messages again.',
  startAnswer: 'NETWORK MSG: You have replied "unstop" and will begin receiving messages again from this number.',
  helpAnswer: "",
};

/** Who wants no texts from which number: an opt-out holds for one pair of numbers, and its owner cannot undo it. */
export class OptOuts {
  readonly #blocked = new Set<string>();

  isBlocked(owned: string, customer: string): boolean {
    return this.#blocked.has(pair(owned, customer));
  }

  /**
   * Blocks or unblocks when the whole text is one of the words, in any case.
   * @returns what the customer is answered: on STOP and START when something has changed, on HELP unless
   * the customer is blocked.
   */
  hear(owned: string, customer: string, text: string, policy = NETWORK_POLICY): string | undefined {
    const word = text.trim().toLowerCase();
    const blocked = this.isBlocked(owned, customer);
    if (policy.stopWords.has(word) && !blocked) {
      this.#blocked.add(pair(owned, customer));
      return policy.stopAnswer;
    }
    if (policy.startWords.has(word) && blocked) {
      this.#blocked.delete(pair(owned, customer));
      return policy.startAnswer;
    }
    return policy.helpWords.has(word) && !blocked ? policy.helpAnswer : undefined;
  }
}

const pair = (owned: string, customer: string): string => `${owned} ${customer}`;
