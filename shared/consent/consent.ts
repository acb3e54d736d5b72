import { type Consent, KEPT_CONSENTS, type Thread } from "../conversation/thread.ts";
import type { MessageId } from "../kernel/ids.ts";

export const isOptedOut = (thread: Thread): boolean => thread.consent?.optedOut ?? false;

/**
 * Takes note of a customer's word. An earlier one that arrives late changes nothing; of two from the same moment, the
 * opt-out counts, so that the order in which they arrive does not.
 * @returns the same object when nothing changes.
 */
export const withConsent = (thread: Thread, consent: Consent): Thread =>
  thread.consent && stands(thread.consent, consent)
    ? thread
    : { ...thread, consent, consentHistory: [...thread.consentHistory, consent].slice(-KEPT_CONSENTS) };

const stands = (known: Consent, told: Consent): boolean =>
  known.changedAt === told.changedAt ? known.optedOut || !told.optedOut : known.changedAt > told.changedAt;

/**
 * The customer's opt-out that holds, if this message said it first: a customer who says STOP again has opted out
 * already.
 */
export const optOutFirstSaidBy = ({ consentHistory: consents }: Thread, messageId: MessageId): Consent | undefined => {
  const since = consents.findLastIndex(({ optedOut }) => !optedOut) + 1;
  const first = consents.slice(since).find(({ source: by }) => by.kind === "customer");
  return first?.source.kind === "customer" && first.source.messageId === messageId ? first : undefined;
};
