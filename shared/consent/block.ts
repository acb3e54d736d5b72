import type { Block, Thread } from "../conversation/thread.ts";

/** Whether a thread says that its customer's number is blocked. A subscriber may have several: see `isNumberBlocked`. */
export const isBlocked = ({ block }: Thread): boolean => block?.isBlocked ?? false;

/** @param threads - all threads of the channel and the subscriber. A block on any of them counts on all. */
export const isNumberBlocked = (threads: readonly Thread[]): boolean => threads.some(isBlocked);

/**
 * Blocks the number of a thread, or lifts its block.
 * @returns the same object when nothing changes: a repeated block keeps its first reason.
 */
export const withBlock = (thread: Thread, block: Block): Thread =>
  thread.block?.isBlocked === block.isBlocked ? thread : { ...thread, block };
