import { type Consent, KEPT_CONSENTS, type Thread } from "../conversation/thread.ts";
import type { MessageId } from "../kernel/ids.ts";
import { secondsBetween } from "../kernel/instant.ts";

/** Whether the customer has opted out on a thread. A subscriber may have several: see `hasOptedOut`. */
export const isOptedOut = (thread: Thread): boolean => thread.consent?.optedOut ?? false;

/** @param threads - all threads of the channel and the subscriber. An opt-out on any of them counts on all. */
export const hasOptedOut = (threads: readonly Thread[]): boolean => threads.some(isOptedOut);

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

/**
 * @param threads - all threads of the channel and the subscriber.
 * @returns the customer's current opt-out when this message started it: a repeated STOP does not.
 */
export const optOutStartedBy = (threads: readonly Thread[], messageId: MessageId): Consent | undefined =>
  hasOptedOut(threads) ? currentStartedBy(threads, messageId, true) : undefined;

/**
 * @param threads - all threads of the channel and the subscriber.
 * @returns the customer's current opt-in when this message started it: a repeated START does not.
 */
export const optInStartedBy = (threads: readonly Thread[], messageId: MessageId): Consent | undefined =>
  hasOptedOut(threads) ? undefined : currentStartedBy(threads, messageId, false);

const DAY_SECONDS = 86_400;

/**
 * @param threads - all threads of the channel and the subscriber.
 * @returns how many changes of consent the customer made in the 24 hours up to this one, which is included.
 */
export const changesInDay = (threads: readonly Thread[], { changedAt: until }: Consent): number => {
  // A START is noted on every thread.
  const messageIds = new Set<MessageId>();
  for (const { changedAt, source } of threads.flatMap(({ consentHistory }) => consentHistory)) {
    const age = secondsBetween(changedAt, until);
    if (source.kind === "customer" && age >= 0 && age < DAY_SECONDS) messageIds.add(source.messageId);
  }
  return messageIds.size;
};

const currentStartedBy = (threads: readonly Thread[], messageId: MessageId, isOptOut: boolean): Consent | undefined => {
  const history = threads.flatMap(({ consentHistory }) => consentHistory).toSorted(byTime);
  const start = history.findLastIndex(({ optedOut }) => optedOut !== isOptOut) + 1;
  const first = history.slice(start).find(({ source }) => source.kind === "customer");
  return first?.source.kind === "customer" && first.source.messageId === messageId ? first : undefined;
};

const byTime = (one: Consent, other: Consent): number => {
  if (one.changedAt === other.changedAt) return Number(one.optedOut) - Number(other.optedOut);
  return one.changedAt < other.changedAt ? -1 : 1;
};
