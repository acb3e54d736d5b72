/** The keywords that block and unblock texts, and the replies to them. */
export interface OptOutPolicy {
  readonly stopWords: ReadonlySet<string>;
  readonly startWords: ReadonlySet<string>;
  readonly helpWords: ReadonlySet<string>;
  readonly stopReply: string;
  readonly startReply: string;
  readonly helpReply: string;
}

/**
 * The policy of the carriers for a toll-free number, at any provider.
 * Source: Azure Communication Services SMS FAQ (STOP, UNSTOP, START) and messaging policy (the other words).
 */
export const NETWORK_POLICY: OptOutPolicy = {
  stopWords: new Set(["stop", "stopall", "unsubscribe", "cancel", "end", "quit"]),
  startWords: new Set(["start", "unstop"]),
  helpWords: new Set(),
  stopReply:
    'NETWORK MSG: You replied with the word "stop", which blocks all texts sent from this number. ' +
    'Text back "unstop" to receive messages again.',
  startReply: 'NETWORK MSG: You have replied "unstop" and will begin receiving messages again from this number.',
  helpReply: "",
};

/** The opt-outs. An opt-out is for one owned number and one customer. Only the customer can undo one. */
export class OptOuts {
  readonly #blocked = new Set<string>();

  isBlocked(owned: string, customer: string): boolean {
    return this.#blocked.has(pair(owned, customer));
  }

  /**
   * Blocks or unblocks when a customer's text is one of the policy's words, in any case.
   * @returns the reply: to STOP and START when they change something, to HELP unless the customer is blocked.
   */
  apply({ from: customer, to: owned, text }: CustomerWords, policy = NETWORK_POLICY): string | undefined {
    const word = text.trim().toLowerCase();
    const blocked = this.isBlocked(owned, customer);
    if (policy.stopWords.has(word) && !blocked) {
      this.#blocked.add(pair(owned, customer));
      return policy.stopReply;
    }
    if (policy.startWords.has(word) && blocked) {
      this.#blocked.delete(pair(owned, customer));
      return policy.startReply;
    }
    return policy.helpWords.has(word) && !blocked ? policy.helpReply : undefined;
  }
}

interface CustomerWords {
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

const pair = (owned: string, customer: string): string => `${owned} ${customer}`;
