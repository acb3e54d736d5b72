import * as z from "zod";

/** Bits of the hash in a thread id: few enough to read, enough that two threads never share one. */
export const THREAD_ID_BYTES = 12;

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

/** The id of a person who answers: the object id (`oid`) in the identity provider. */
export const agentIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/)
  .brand("AgentId")
  .meta({ description: "The agent's object id in the identity provider" });
export type AgentId = z.infer<typeof agentIdSchema>;

/** An id that an administrator gives to a channel, queue or the like: it is shown, and kept in ids of other things. */
export const settingIdSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,49}$/, "must be lower-case letters, digits and hyphens, at most 50")
  .meta({ examples: ["support"] });

/** A message's id: `<provider>:<the provider's id>` of a text received, `out-...` of a reply. */
export const messageIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,240}$/)
  .brand("MessageId");
export type MessageId = z.infer<typeof messageIdSchema>;

/**
 * A hash under the deployment's own key, in hexadecimal, at least 32 digits. Phone numbers are so few that a hash
 * without a key could be searched for the number that it was made of.
 */
export type KeyedHash = (text: string) => string;

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
