import { withBlock } from "../consent/block.ts";
import { findAddress } from "../consent/find-address.ts";
import type { NumberProblem } from "../contact/mobile-phone.ts";
import type { Actor } from "../conversation/actor.ts";
import { changeStoredThread, changeThread } from "../conversation/change-thread.ts";
import { continuedThread } from "../conversation/continued-thread.ts";
import { type Conversation, ownerOf } from "../conversation/conversation.ts";
import { findThreads } from "../conversation/subscriber-threads.ts";
import { type Block, newThread, type Thread } from "../conversation/thread.ts";
import { TransientError } from "../kernel/errors.ts";
import { type AgentId, conversationIdOf, type ThreadId } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Read, Stored } from "../kernel/stored.ts";
import type { Channel } from "../settings/settings.ts";
import type { Address } from "../sms/address.ts";
import { isSameAddress } from "../sms/written-forms.ts";
import { type Move, moveConversation } from "./move-conversation.ts";

type BlockPorts = Pick<
  Ports,
  "agents" | "conversations" | "jobs" | "keyedHash" | "newId" | "now" | "routingWorkflow" | "settings" | "threads"
>;

/** Who blocks a number or lifts a block, and the reason. Both are stored. */
interface BlockedBy {
  readonly agentId: AgentId;
  readonly reason: string;
}

/** The number to block: that of a customer, and the thread in which it was found. */
interface Target {
  readonly customer: Address;
  readonly threadId?: ThreadId;
}

export type BlockAdded =
  | { readonly kind: "set"; readonly thread: Stored<Thread> }
  /** `no-channel`: there is no channel on which the number could be blocked. */
  | { readonly kind: "no-channel" | NumberProblem };

/**
 * Blocks a number on every channel, in all its written forms, and closes the open conversations with it. A repeated
 * request does only what is missing.
 * @param request.customer - a number as people write it, or the address of a customer who has texted.
 * @returns the thread of the first channel.
 * @throws TransientError when a store is unavailable, or a conversation is being opened: the request must be repeated.
 */
export const addBlock = async (
  ports: BlockPorts,
  { customer, ...by }: BlockedBy & { readonly customer: string },
): Promise<BlockAdded> => {
  const found = await findAddress(ports, await ports.settings.list("channels"), customer);
  if (found.kind !== "address") return found;
  const [thread] = await blockNumber(ports, { customer: found.address }, by);
  return thread ? { kind: "set", thread } : { kind: "no-channel" };
};

/**
 * Ends a conversation as spam: blocks the customer's number on every channel, and closes the open conversations with it. A
 * repeated request does only what is missing.
 * @throws TransientError when a store is unavailable, or a conversation is being opened: the request must be repeated.
 */
export const blockConversation = async (
  ports: BlockPorts,
  { value: conversation }: Read<Conversation>,
  { actor, reason }: { readonly actor: Actor; readonly reason: string },
): Promise<Move> => {
  const { customer, threadId } = conversation;
  const refusal = refusalOf(conversation, actor);
  if (refusal) return refusal;
  // The block comes first: after a crash, a conversation too many is open, and no text of the number gets through.
  await blockNumber(ports, { customer, threadId }, { agentId: actor.agentId, reason });
  return moveConversation(ports, conversation.id, { kind: "block" });
};

/** Supervisors may block any conversation. Agents may block their own, also after it has closed. */
const refusalOf = (conversation: Conversation, { agentId, supervisor }: Actor): Move | undefined => {
  if (supervisor) return undefined;
  const { state, lastAgentId } = conversation;
  const owner = state === "closed" ? lastAgentId : ownerOf(conversation);
  if (owner === agentId) return undefined;
  return owner === undefined && state !== "closed" ? { kind: "conflict", state } : { kind: "not-assigned-to-you" };
};

export type BlockEnded = { readonly kind: "set"; readonly thread: Stored<Thread> } | { readonly kind: "not-found" };

/**
 * Lifts the block of a number on every channel, in all its written forms. A repeated request does only what is missing.
 * @param threadId - any of the number's threads.
 * @returns that thread; `not-found` when its number was never blocked.
 * @throws TransientError when a store is unavailable: the request must be repeated.
 */
export const endBlock = async (ports: BlockPorts, threadId: ThreadId, by: BlockedBy): Promise<BlockEnded> => {
  const read = await ports.threads.find(threadId);
  if (!read?.value.block) return { kind: "not-found" };
  const threads = await changeBlock(ports, { customer: read.value.customer, threadId }, { ...by, isBlocked: false });
  const thread = threads.find(({ value: { id } }) => id === threadId);
  return thread ? { kind: "set", thread } : { kind: "not-found" };
};

const blockNumber = async (ports: BlockPorts, target: Target, by: BlockedBy): Promise<readonly Stored<Thread>[]> => {
  const threads = await changeBlock(ports, target, { ...by, isBlocked: true });
  await Promise.all(threads.map(({ value }) => closeNewest(ports, value)));
  return threads;
};

/** A block that was set or lifted a moment ago must not look like the change that is asked for. */
const NEWEST = { newest: true } as const;

/** Changes the block on the threads of every channel, and creates those that are missing. */
const changeBlock = async (
  ports: BlockPorts,
  { customer, threadId }: Target,
  change: Omit<Block, "changedAt">,
): Promise<readonly Stored<Thread>[]> => {
  const block: Block = { ...change, changedAt: ports.now() };
  // Not the snapshot: a channel that was added a moment ago has the block too.
  const channels = await ports.settings.list("channels");
  const changed = (
    await Promise.all([
      ...channels.map((channel) => changeOnChannel(ports, channel, { customer, block })),
      changeOnRetiredChannels(ports, channels, { customer, block }),
    ])
  ).flat();
  // The number of its channel may have changed since the thread began.
  if (threadId === undefined || changed.some(({ value: { id } }) => id === threadId)) return changed;
  const read = await ports.threads.find(threadId, NEWEST);
  return read ? [...changed, await changeExisting(ports, read, block)] : changed;
};

const changeOnChannel = async (
  ports: BlockPorts,
  { id: channelId, number: channelNumber }: Channel,
  { customer, block }: { readonly customer: Address; readonly block: Block },
): Promise<readonly Stored<Thread>[]> => {
  const parties = { channelId, channelNumber, customer };
  const { threadId, thread: read, others } = await continuedThread(ports, parties, NEWEST);
  const fresh = newThread({ ...parties, id: threadId });
  return Promise.all([
    changeThread(ports.threads, { read, fresh }, (thread) => withBlock(thread, block)),
    ...others.map((other) => changeExisting(ports, other, block)),
  ]);
};

/** A retired channel may apply again. Until then it needs no thread that it does not have: see `inheritBlock`. */
const changeOnRetiredChannels = async (
  ports: BlockPorts,
  channels: readonly Channel[],
  { customer, block }: { readonly customer: Address; readonly block: Block },
): Promise<readonly Stored<Thread>[]> => {
  const isUsed = (number: Address) => channels.some((channel) => isSameAddress(channel.number, number));
  const retired = (await ports.settings.listWithRetired("channels")).filter(({ number }) => !isUsed(number));
  const threads = await Promise.all(
    retired.map(({ number: channelNumber }) => findThreads(ports, { channelNumber, customer }, NEWEST)),
  );
  return Promise.all(threads.flat().map((thread) => changeExisting(ports, thread, block)));
};

const changeExisting = (
  { threads }: Pick<Ports, "threads">,
  read: Stored<Thread>,
  block: Block,
): Promise<Stored<Thread>> => changeStoredThread(threads, read, (thread) => withBlock(thread, block));

/** Closes the thread's newest conversation, unless it is closed. */
const closeNewest = async (ports: BlockPorts, { id, lastNumber }: Thread): Promise<void> => {
  if (lastNumber === 0) return;
  const newest = conversationIdOf(id, lastNumber);
  const move = await moveConversation(ports, newest, { kind: "block" });
  if (move.kind === "not-found") throw new TransientError(`conversation ${newest} is being opened`);
};
