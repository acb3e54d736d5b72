import { type MessageId, messageIdSchema, threadOf } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Stored } from "../kernel/stored.ts";
import type { Actor } from "./actor.ts";
import { type ConversationChange, changeUnlessRefused } from "./change-conversation.ts";
import type { Conversation } from "./conversation.ts";
import { findUnseen, type Unseen } from "./find-unseen.ts";
import { type Message, type Note, noteIdFromKey } from "./message.ts";

type NotePorts = Pick<Ports, "conversations" | "messages" | "now" | "newId">;

export interface NoteRequest {
  readonly actor: Actor;
  /** Not blank, and at most `NOTE_CAP` UTF-16 code units. */
  readonly text: string;
  /** The newest message that the author saw: a newer one of a colleague refuses the note. */
  readonly lastSeenMessageId?: MessageId | undefined;
  /** Chosen by the client. A repeated request with the same key adds one note. */
  readonly idempotencyKey?: string | undefined;
}

/** Why a note is not added: nothing was stored. `key-reused`: the key belongs to another text. */
export type NoteRefusal = Exclude<ConversationChange, { kind: "changed" }> | Unseen | { readonly kind: "key-reused" };

export type NoteAdded = { readonly kind: "added"; readonly note: Note } | NoteRefusal;

/**
 * Adds a note to a conversation that is not closed.
 * @param read - the conversation as it was just read.
 * @throws TransientError when a store is unavailable; with an idempotency key the request may be repeated.
 */
export const addNote = async (
  ports: NotePorts,
  read: Stored<Conversation>,
  { actor, text, lastSeenMessageId, idempotencyKey }: NoteRequest,
): Promise<NoteAdded> => {
  const { id: conversationId } = read.value;
  const { agentId } = actor;
  const threadId = threadOf(conversationId);
  const id =
    idempotencyKey === undefined
      ? messageIdSchema.parse(`note-${ports.newId()}`)
      : noteIdFromKey(conversationId, agentId, idempotencyKey);
  const earlier = idempotencyKey === undefined ? undefined : await ports.messages.find(threadId, id);
  if (earlier) return repeatOf(earlier, text);
  const noted = await changeUnlessRefused(ports, {
    target: read,
    event: { kind: "agent-adds-note", actor, messageId: id },
    refuse: (conversation) => findUnseen(ports, conversation, { agentId, lastSeenMessageId }),
  });
  if (noted.kind !== "changed") return noted;
  const createdAt = noted.conversation.lastStaffMessage?.at ?? ports.now();
  const note: Note = { id, threadId, conversationId, direction: "internal", text, createdAt, agentId };
  if ((await ports.messages.create(note)) === "created") return { kind: "added", note };
  const concurrent = await ports.messages.find(threadId, id);
  return concurrent ? repeatOf(concurrent, text) : { kind: "not-found" };
};

/** @returns the outcome of an earlier request with the same key. */
const repeatOf = (message: Message, text: string): NoteAdded =>
  message.direction === "internal" && message.text === text ? { kind: "added", note: message } : { kind: "key-reused" };
