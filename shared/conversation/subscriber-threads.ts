import type { KeyedHash, ThreadId } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Freshness, Stored } from "../kernel/stored.ts";
import { writtenForms } from "../sms/written-forms.ts";
import { type Thread, threadIdOf } from "./thread.ts";

type ThreadPorts = Pick<Ports, "threads" | "keyedHash">;

/** A channel's number and a customer's address, in any of their written forms. */
export type Parties = Pick<Thread, "channelNumber" | "customer">;

/** The threads of a channel and a subscriber. The first is the one in question. */
export type SubscriberThreads = readonly [Thread, ...Thread[]];

/**
 * Lists the ids of the threads that a channel and a subscriber can have, one for each combination of the written forms of
 * their numbers. The first is the canonical one; most subscribers have no other.
 */
export const threadIdsOf = (
  keyedHash: KeyedHash,
  { channelNumber, customer }: Parties,
): readonly [canonical: ThreadId, ...others: ThreadId[]] => {
  const [canonical, ...others] = writtenForms(channelNumber).flatMap((number) =>
    writtenForms(customer).map((form) => threadIdOf(keyedHash, number, form)),
  );
  return [canonical ?? threadIdOf(keyedHash, channelNumber, customer), ...others];
};

/**
 * Finds the threads of a channel and a subscriber, whatever written forms they began with.
 * @returns those that exist, the canonical one first.
 * @throws TransientError when the store is unavailable.
 */
export const findThreads = async (
  { threads, keyedHash }: ThreadPorts,
  parties: Parties,
  freshness?: Freshness,
): Promise<readonly Stored<Thread>[]> => {
  const ids = threadIdsOf(keyedHash, parties);
  const [canonical, ...others] = await Promise.all(ids.map((id) => threads.find(id, freshness)));
  // It may continue a thread whose form cannot be computed from the canonical one.
  const next = canonical?.value.continuedBy;
  const continued = next && !ids.includes(next) ? await threads.find(next, freshness) : undefined;
  return [canonical, ...others, continued].filter((thread) => thread !== undefined);
};

/**
 * Finds the other threads of a thread's subscriber. Without other written forms this reads nothing.
 * @throws TransientError when the store is unavailable.
 */
export const findOtherThreads = async (
  ports: ThreadPorts,
  thread: Thread,
  freshness?: Freshness,
): Promise<readonly Stored<Thread>[]> => {
  const isOnlyForm = threadIdsOf(ports.keyedHash, thread).every((id) => id === thread.id);
  const { continuedBy = thread.id } = thread;
  if (isOnlyForm && continuedBy === thread.id) return [];
  const found = await findThreads(ports, thread, freshness);
  return found.filter(({ value: { id } }) => id !== thread.id);
};

/**
 * Reads the other threads of a thread's subscriber beside it.
 * @throws TransientError when the store is unavailable.
 */
export const withOtherThreads = async (
  ports: ThreadPorts,
  thread: Thread,
  freshness?: Freshness,
): Promise<SubscriberThreads> => [thread, ...valuesOf(await findOtherThreads(ports, thread, freshness))];

export const valuesOf = (stored: readonly Stored<Thread>[]): readonly Thread[] => stored.map(({ value }) => value);
