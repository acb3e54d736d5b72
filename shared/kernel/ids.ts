import * as z from "zod";

/** Bytes of the keyed hash in a thread id: few enough to read, enough that two threads never share an id. */
export const THREAD_ID_BYTES = 12;

/** The id of a thread. It is opaque, so that logs and queue bodies may carry it. */
export const threadIdSchema = z
  .string()
  .regex(/^[0-9a-f]{24}$/)
  .brand("ThreadId");
export type ThreadId = z.infer<typeof threadIdSchema>;

/** The id of a conversation: `<thread id>.<number of the conversation in its thread, from 1>`. */
export const conversationIdSchema = z
  .string()
  .regex(/^[0-9a-f]{24}\.[1-9]\d{0,8}$/)
  .brand("ConversationId");
export type ConversationId = z.infer<typeof conversationIdSchema>;

/** The id of an agent: the object id (`oid`) in the identity provider. */
export const agentIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/)
  .brand("AgentId")
  .meta({ description: "The agent's object id in the identity provider" });
export type AgentId = z.infer<typeof agentIdSchema>;

/** The id that an administrator gives to a setting such as a channel or a queue. It is shown to people. */
export const settingIdSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,49}$/, "must be lower-case letters, digits and hyphens, at most 50")
  .meta({ examples: ["support"] });

/** The id of a message: `<provider>:<the provider's id>` when inbound, `out-...` when outbound, `note-...` of a note. */
export const messageIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,240}$/)
  .brand("MessageId");
export type MessageId = z.infer<typeof messageIdSchema>;

/**
 * Computes an HMAC under the deployment's own key, as at least 32 hexadecimal digits. There are so few phone numbers
 * that a hash without a key could be searched for its number.
 */
export type KeyedHash = (text: string) => string;

export const conversationIdOf = (threadId: ThreadId, number: number): ConversationId =>
  conversationIdSchema.parse(`${threadId}.${number}`);

export const threadOf = (id: ConversationId): ThreadId => threadIdSchema.parse(id.slice(0, THREAD_ID_BYTES * 2));

export const numberOf = (id: ConversationId): number => Number(id.slice(THREAD_ID_BYTES * 2 + 1));

/** The id of one entry of a conversation into routing, and of its routing workflow. */
export const workItemIdOf = (id: ConversationId, epoch: number): string => `${id}-${epoch}`;

/** @returns `undefined` when the text is not a work item id. */
export const parseWorkItemId = (
  workItemId: string,
): { readonly id: ConversationId; readonly epoch: number } | undefined => {
  const [, id, epoch] = /^(.+)-([1-9]\d*)$/.exec(workItemId) ?? [];
  const parsed = conversationIdSchema.safeParse(id);
  return parsed.success ? { id: parsed.data, epoch: Number(epoch) } : undefined;
};
