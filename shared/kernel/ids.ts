import * as z from "zod";
import type { Address } from "../sms/address.ts";

/** Bits of the hash in a thread id: few enough to read, enough that two threads never share one. */
const THREAD_ID_BYTES = 12;

/** A thread's id: opaque, so that it may stand in logs and queue bodies. */
export const threadIdSchema = z
  .string()
  .regex(/^[0-9a-f]{24}$/)
  .brand("ThreadId");
export type ThreadId = z.infer<typeof threadIdSchema>;

/** A conversation's id: `<thread id>.<number of the conversation in its thread, from 1>`. */
export const conversationIdSchema = z
  .string()
  .regex(/^[0-9a-f]{24}\.[1-9]\d{0,8}$/)
  .brand("ConversationId");
export type ConversationId = z.infer<typeof conversationIdSchema>;

/**
 * A hash under the deployment's own key, in hexadecimal, at least 32 digits. Phone numbers are so few that a hash
 * without a key could be searched for the number that it was made of.
 */
export type Fingerprint = (text: string) => string;

/** Names the thread of a channel's number and a customer's address: the same for ever, under one key. */
export const threadIdOf = (fingerprint: Fingerprint, channelNumber: Address, customer: Address): ThreadId =>
  threadIdSchema.parse(fingerprint(`${channelNumber}|${customer}`).slice(0, THREAD_ID_BYTES * 2));

export const conversationIdOf = (threadId: ThreadId, number: number): ConversationId =>
  conversationIdSchema.parse(`${threadId}.${number}`);

export const threadOf = (id: ConversationId): ThreadId => threadIdSchema.parse(id.slice(0, THREAD_ID_BYTES * 2));

export const numberOf = (id: ConversationId): number => Number(id.slice(THREAD_ID_BYTES * 2 + 1));

/** Names one entry of a conversation into routing: what an orchestration is started for. */
export const workItemIdOf = (id: ConversationId, epoch: number): string => `${id}-${epoch}`;

/** Reads the name of a work item; nothing for any other text. */
export const parseWorkItemId = (
  workItemId: string,
): { readonly id: ConversationId; readonly epoch: number } | undefined => {
  const [, id, epoch] = /^(.+)-([1-9]\d*)$/.exec(workItemId) ?? [];
  const parsed = conversationIdSchema.safeParse(id);
  return parsed.success ? { id: parsed.data, epoch: Number(epoch) } : undefined;
};
