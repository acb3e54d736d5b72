import { conversationIdOf, type ThreadId } from "../kernel/ids.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Freshness, Stored } from "../kernel/stored.ts";
import { canonicalAddress } from "../sms/written-forms.ts";
import { changeThread } from "./change-thread.ts";
import { findThreads, threadIdsOf } from "./subscriber-threads.ts";
import { newThread, type Thread } from "./thread.ts";

type ContinuedPorts = Pick<Ports, "threads" | "conversations" | "keyedHash">;

/** The thread that goes on between a channel and a subscriber, and the threads of other written forms. */
export interface ContinuedThread {
  readonly threadId: ThreadId;
  /** Undefined before its first text. */
  readonly thread: Stored<Thread> | undefined;
  readonly others: readonly Stored<Thread>[];
}

/** All threads of the channel and the subscriber. The one that goes on is the first. */
export const allThreads = ({
  thread,
  others,
}: Pick<ContinuedThread, "thread" | "others">): readonly Stored<Thread>[] => (thread ? [thread, ...others] : others);

/**
 * Finds the thread in which a channel and a subscriber go on, whatever written forms their numbers have now. Of several
 * threads it is the one with the open conversation, else the oldest. The choice is made once and stored on the canonical
 * thread.
 * @throws TransientError when a store is unavailable.
 */
export const continuedThread = async (
  ports: ContinuedPorts,
  parties: Pick<Thread, "channelId" | "channelNumber" | "customer">,
  freshness?: Freshness,
): Promise<ContinuedThread> => {
  const [canonicalId] = threadIdsOf(ports.keyedHash, parties);
  const existing = await findThreads(ports, parties, freshness);
  const canonical = existing.find(({ value: { id } }) => id === canonicalId);
  const isOnlyCanonical = existing.every((thread) => thread === canonical);
  const stored = canonical?.value.continuedBy;
  if (isOnlyCanonical) return { threadId: canonicalId, thread: canonical, others: [] };
  if (stored !== undefined) return continuing(stored, existing);
  const chosen = (await choose(ports, existing)) ?? canonicalId;
  const customer = canonicalAddress(parties.customer);
  const marked = await changeThread(
    ports.threads,
    { read: canonical, fresh: newThread({ ...parties, id: canonicalId, customer }) },
    (thread) => (thread.continuedBy === undefined ? { ...thread, continuedBy: chosen } : thread),
  );
  const others = existing.filter((thread) => thread !== canonical);
  return continuing(marked.value.continuedBy ?? canonicalId, [marked, ...others]);
};

const continuing = (threadId: ThreadId, all: readonly Stored<Thread>[]): ContinuedThread => ({
  threadId,
  thread: all.find(({ value: { id } }) => id === threadId),
  others: all.filter(({ value: { id } }) => id !== threadId),
});

/** What is known of a thread's beginning and its present. */
interface Course {
  readonly id: ThreadId;
  readonly isOpen: boolean;
  readonly beganAt: Instant | undefined;
}

const choose = async (
  { conversations }: ContinuedPorts,
  [only, ...more]: readonly Stored<Thread>[],
): Promise<ThreadId | undefined> => {
  if (!only || more.length === 0) return only?.value.id;
  const courses = await Promise.all([only, ...more].map(({ value }) => courseOf({ conversations }, value)));
  const open = courses.filter(({ isOpen }) => isOpen);
  return (open.length > 0 ? open : courses).toSorted(byBeginning)[0]?.id;
};

const courseOf = async (
  { conversations }: Pick<Ports, "conversations">,
  { id, lastNumber, consentHistory }: Thread,
): Promise<Course> => {
  const find = (number: number) => (number === 0 ? undefined : conversations.find(conversationIdOf(id, number)));
  const [first, newest] = await Promise.all([find(Math.min(1, lastNumber)), find(lastNumber)]);
  const beginnings = [first?.value.openedAt, consentHistory[0]?.changedAt].filter((at) => at !== undefined);
  return { id, isOpen: newest !== undefined && newest.value.state !== "closed", beganAt: beginnings.toSorted()[0] };
};

/** A thread without a known beginning comes last. */
const byBeginning = (one: Course, other: Course): number => {
  if (one.beganAt === other.beganAt) return 0;
  if (one.beganAt === undefined || other.beganAt === undefined) return one.beganAt === undefined ? 1 : -1;
  return one.beganAt < other.beganAt ? -1 : 1;
};
