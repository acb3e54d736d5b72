import { type Consent, KEPT_CONSENTS, type Thread } from "../conversation/thread.ts";
import type { MessageId } from "../kernel/ids.ts";

export const isOptedOut = (thread: Thread): boolean => thread.consent?.optedOut ?? false;

/**
 * Applies a consent change to a thread. A change that is older than the current one has no effect. Of two changes at the
 * same time the opt-out wins, so that the result does not depend on the order in which they arrive.
 * @returns the same object when nothing changes.
 */
export const withConsent = (thread: Thread, consent: Consent): Thread =>
  thread.consent && !supersedes(consent, thread.consent)
    ? thread
    : { ...thread, consent, consentHistory: [...thread.consentHistory, consent].slice(-KEPT_CONSENTS) };

const supersedes = (next: Consent, current: Consent): boolean =>
  next.changedAt === current.changedAt ? next.optedOut && !current.optedOut : next.changedAt > current.changedAt;

/** @returns the customer's current opt-out when this message started it: a repeated STOP does not. */
export const optOutStartedBy = ({ consentHistory }: Thread, messageId: MessageId): Consent | undefined => {
  const start = consentHistory.findLastIndex(({ optedOut }) => !optedOut) + 1;
  const first = consentHistory.slice(start).find(({ source }) => source.kind === "customer");
  return first?.source.kind === "customer" && first.source.messageId === messageId ? first : undefined;
};
