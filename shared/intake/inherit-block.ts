import { isBlocked } from "../consent/block.ts";
import { changeThread } from "../conversation/change-thread.ts";
import { allThreads } from "../conversation/continued-thread.ts";
import { findThreads, valuesOf } from "../conversation/subscriber-threads.ts";
import type { Thread } from "../conversation/thread.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Stored } from "../kernel/stored.ts";
import { type LocatedText, newThreadFor } from "./locate-text.ts";

/** A text with the threads of its channel and subscriber, as they were read. */
interface ReceivedText {
  readonly located: LocatedText;
  readonly thread: Stored<Thread> | undefined;
  readonly others: readonly Stored<Thread>[];
}

/**
 * Copies the block of a number to the thread of a channel that was added after the block. Until a thread has a
 * conversation, it reads the number's threads of the other channels.
 * @returns the thread after that; as it was read when the number is not blocked elsewhere.
 * @throws TransientError when the store is unavailable.
 */
export const inheritBlock = async (
  ports: Pick<Ports, "keyedHash" | "threads">,
  { located, thread, others }: ReceivedText,
): Promise<Stored<Thread> | undefined> => {
  const own = valuesOf(allThreads({ thread, others }));
  if (own.some(({ lastNumber, block }) => lastNumber > 0 || block !== undefined)) return thread;
  const { settings, channel, text } = located;
  const elsewhere = await Promise.all(
    settings.channels
      .filter(({ id }) => id !== channel.id)
      .map(({ number: channelNumber }) => findThreads(ports, { channelNumber, customer: text.from })),
  );
  const block = valuesOf(elsewhere.flat()).find(isBlocked)?.block;
  if (!block) return thread;
  return changeThread(ports.threads, { read: thread, fresh: newThreadFor(located) }, (before) =>
    before.block === undefined ? { ...before, block } : before,
  );
};
