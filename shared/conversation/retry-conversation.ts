import type { ConversationId } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import { RETRY, retryOnConflict } from "../kernel/retry-on-conflict.ts";
import type { Read, Stored } from "../kernel/stored.ts";
import type { Conversation } from "./conversation.ts";

/** Why a conversation was not changed, whatever the change. */
export type NotChanged =
  | { readonly kind: "not-found" }
  /** The conversation has changed, and only the version that was read was to be changed. */
  | { readonly kind: "stale" };

/**
 * Reads a conversation and runs a change of it until no concurrent change comes in between.
 * @param target - the conversation, by id or as it was just read, which saves a read.
 * @param attempt - decides and writes; returns `RETRY` when the write found a newer version.
 * @throws TransientError when the store is unavailable, or concurrent changes do not cease.
 */
export const retryConversation = <T>(
  { conversations }: Pick<Ports, "conversations">,
  target: ConversationId | Read<Conversation>,
  attempt: (stored: Stored<Conversation>) => Promise<T | typeof RETRY>,
): Promise<T | NotChanged> => {
  const id = typeof target === "string" ? target : target.value.id;
  let read = typeof target === "string" ? undefined : target;
  const onConflict = read?.isOnlyVersion ? ({ kind: "stale" } as const) : RETRY;
  return retryOnConflict<T | NotChanged>({ what: `conversation ${id}` }, async () => {
    const stored = read ?? (await conversations.find(id));
    read = undefined;
    if (!stored) return { kind: "not-found" };
    const result = await attempt(stored);
    return result === RETRY ? onConflict : result;
  });
};
