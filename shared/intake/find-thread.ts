import { changeStoredThread } from "../conversation/change-thread.ts";
import { allThreads, type ContinuedThread, continuedThread } from "../conversation/continued-thread.ts";
import { inboundMessageId } from "../conversation/message.ts";
import { type Thread, threadIdOf } from "../conversation/thread.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Stored } from "../kernel/stored.ts";
import type { Channel } from "../settings/settings.ts";
import type { InboundText } from "../sms/provider.ts";

/**
 * Finds the thread in which a text belongs. A text that was stored before the threads of several written forms became one
 * keeps its own: its redelivery must find it there.
 * @throws TransientError when a store is unavailable.
 */
export const findThread = async (
  ports: Pick<Ports, "threads" | "conversations" | "keyedHash" | "messages">,
  { id: channelId, number }: Channel,
  { provider, providerMessageId, from, to }: InboundText,
): Promise<ContinuedThread> => {
  const continued = await continuedThread(ports, { channelId, channelNumber: number, customer: from });
  const ownId = threadIdOf(ports.keyedHash, to, from);
  const own = continued.others.find(({ value }) => value.id === ownId);
  if (!own || !(await ports.messages.find(ownId, inboundMessageId(provider, providerMessageId)))) return continued;
  return {
    threadId: ownId,
    thread: own,
    others: allThreads(continued).filter((other) => other !== own),
  };
};

/** Records the written form that the customer wrote from, unless a later text has recorded another. */
export const recordWrittenForm = async (
  { threads }: Pick<Ports, "threads">,
  read: Stored<Thread> | undefined,
  { from: address, receivedAt: at }: InboundText,
): Promise<Stored<Thread> | undefined> =>
  read &&
  changeStoredThread(threads, read, (thread) => {
    const { customer, writtenFrom } = thread;
    const isKnown = address === (writtenFrom?.address ?? customer);
    return isKnown || (writtenFrom && writtenFrom.at >= at) ? thread : { ...thread, writtenFrom: { address, at } };
  });
