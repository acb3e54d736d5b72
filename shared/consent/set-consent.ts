import type { NumberProblem } from "../contact/mobile-phone.ts";
import { changeStoredThread, changeThread, type ThreadToChange } from "../conversation/change-thread.ts";
import { continuedThread } from "../conversation/continued-thread.ts";
import { findOtherThreads } from "../conversation/subscriber-threads.ts";
import { type Consent, newThread, type Thread, type Threads } from "../conversation/thread.ts";
import type { AgentId, ThreadId } from "../kernel/ids.ts";
import { addSeconds, type Instant } from "../kernel/instant.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Stored } from "../kernel/stored.ts";
import { withConsent } from "./consent.ts";
import { findAddress } from "./find-address.ts";
import { syncConsent } from "./sync-consent.ts";

type ConsentPorts = Pick<Ports, "conversations" | "keyedHash" | "now" | "threads">;

/** The administrator who changes a consent, and the reason. Both are stored. */
interface Administrator {
  readonly agentId: AgentId;
  readonly reason: string;
}

interface ExpectedVersion {
  /** The etag that the thread must have; `undefined` to change any version. */
  readonly expectedEtag?: string | undefined;
}

export interface OptOutRequest extends Administrator, ExpectedVersion {
  readonly channelId: string;
  /**
   * A number as people write it; without a country code, one of the organisation's country. Also the address of a
   * customer who has texted, whatever its form.
   */
  readonly customer: string;
}

export type OptOutAdded =
  | { readonly kind: "set"; readonly thread: Stored<Thread> }
  /** `stale`: there is no thread with the expected etag. Nothing was changed. */
  | { readonly kind: "unknown-channel" | "stale" | NumberProblem };

/**
 * Opts a customer out of a channel for an administrator. The customer need not have texted before.
 * @throws TransientError when a store is unavailable.
 */
export const addOptOut = async (
  ports: ConsentPorts & Pick<Ports, "settings">,
  { channelId, customer, expectedEtag, ...administrator }: OptOutRequest,
): Promise<OptOutAdded> => {
  const { channels } = await ports.settings.snapshot();
  const channel = channels.find(({ id }) => id === channelId);
  if (!channel) return { kind: "unknown-channel" };
  const found = await findAddress(ports, [channel], customer);
  if (found.kind !== "address") return found;
  const parties = { channelId, channelNumber: channel.number, customer: found.address };
  const { threadId, thread: read } = await continuedThread(ports, parties);
  const fresh = newThread({ ...parties, id: threadId });
  const thread = await changeVersion(ports.threads, { read, fresh, expectedEtag }, (before) =>
    withAdministratorConsent(before, { ...administrator, optedOut: true, now: ports.now() }),
  );
  if (thread === "stale") return { kind: "stale" };
  await syncConsent(ports, thread.value);
  return { kind: "set", thread };
};

export type OptOutEnded =
  | { readonly kind: "set"; readonly thread: Stored<Thread> }
  /** `stale`: the thread has another etag than the expected one. Nothing was changed. */
  | { readonly kind: "not-found" | "stale" };

/**
 * Ends a customer's opt-out for an administrator, on the threads of all written forms.
 * @throws TransientError when a store is unavailable.
 */
export const endOptOut = async (
  ports: ConsentPorts,
  threadId: ThreadId,
  { expectedEtag, ...administrator }: Administrator & ExpectedVersion,
): Promise<OptOutEnded> => {
  const read = await ports.threads.find(threadId);
  if (!read) return { kind: "not-found" };
  const end = (before: Thread) =>
    withAdministratorConsent(before, { ...administrator, optedOut: false, now: ports.now() });
  const thread = await changeVersion(ports.threads, { read, fresh: read.value, expectedEtag }, end);
  if (thread === "stale") return { kind: "stale" };
  const others = await findOtherThreads(ports, thread.value);
  await Promise.all(others.map((other) => changeStoredThread(ports.threads, other, end)));
  await syncConsent(ports, thread.value);
  return { kind: "set", thread };
};

/** Changes a thread, or creates it; with an expected etag only the version that has it. */
const changeVersion = async (
  threads: Threads,
  { read, fresh, expectedEtag }: ThreadToChange & ExpectedVersion,
  change: (thread: Thread) => Thread,
): Promise<Stored<Thread> | "stale"> => {
  if (expectedEtag === undefined) return changeThread(threads, { read, fresh }, change);
  return read?.etag === expectedEtag ? threads.replace(read, change(read.value)) : "stale";
};

const withAdministratorConsent = (
  thread: Thread,
  { optedOut, now, agentId, reason }: Administrator & { readonly optedOut: boolean; readonly now: Instant },
): Thread =>
  withConsent(thread, {
    optedOut,
    changedAt: latestOf(now, thread.consent),
    source: { kind: "administrator", agentId, reason },
  });

/** Ensures that a change sorts after the current one, which another clock may have dated ahead of ours. */
const latestOf = (now: Instant, current: Consent | undefined): Instant =>
  current && current.changedAt >= now ? addSeconds(current.changedAt, 0.001) : now;

/**
 * Records that a provider refuses texts to a customer who has opted out. A later START of the customer stays in effect.
 * @param optedOutAt - a time before which the customer opted out, such as that of the refused attempt.
 * @throws TransientError when a store is unavailable.
 */
export const recordProviderOptOut = async (
  ports: ConsentPorts,
  threadId: ThreadId,
  optedOutAt: Instant,
): Promise<void> => {
  const stored = await ports.threads.find(threadId);
  if (!stored) return;
  const { value: thread } = await changeStoredThread(ports.threads, stored, (before) =>
    withConsent(before, { optedOut: true, changedAt: optedOutAt, source: { kind: "provider" } }),
  );
  await syncConsent(ports, thread);
};
