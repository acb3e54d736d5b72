import { changeConversation } from "../conversation/change-conversation.ts";
import { withOtherThreads } from "../conversation/subscriber-threads.ts";
import type { Thread } from "../conversation/thread.ts";
import { TransientError } from "../kernel/errors.ts";
import { conversationIdOf } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import { RETRY, retryOnConflict } from "../kernel/retry-on-conflict.ts";
import { hasOptedOut } from "./consent.ts";

type SyncPorts = Pick<Ports, "conversations" | "keyedHash" | "now" | "threads">;

/**
 * Copies the subscriber's opt-out state to the newest conversation of each of the subscriber's threads, so that a reply
 * is checked without a read of the threads. Call it after every change of a thread's consent: the last of concurrent
 * calls leaves the state of the threads.
 * @param thread - after the change.
 * @throws TransientError when a store is unavailable, a conversation is being opened, or concurrent changes do not cease.
 */
export const syncConsent = async (ports: SyncPorts, thread: Thread): Promise<void> => {
  let threads = await withOtherThreads(ports, thread);
  await retryOnConflict({ what: `consent of thread ${thread.id}` }, async () => {
    const optedOut = hasOptedOut(threads);
    const changes = await Promise.all(threads.map((one) => syncNewest(ports, one, optedOut)));
    if (!changes.includes(true)) return;
    threads = await withOtherThreads(ports, (await ports.threads.find(thread.id))?.value ?? thread);
    return hasOptedOut(threads) === optedOut ? undefined : RETRY;
  });
};

/** @returns whether the thread has a conversation. */
const syncNewest = async (ports: SyncPorts, { id, lastNumber }: Thread, optedOut: boolean): Promise<boolean> => {
  if (lastNumber === 0) return false;
  const newest = conversationIdOf(id, lastNumber);
  const change = await changeConversation(ports, newest, { kind: "consent-known", optedOut });
  if (change.kind === "not-found") throw new TransientError(`conversation ${newest} is being opened`);
  return true;
};
