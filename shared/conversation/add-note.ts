import { type MessageId, messageIdSchema, type ThreadId } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Read, Stored } from "../kernel/stored.ts";
import type { Actor } from "./actor.ts";
import { type ConversationChange, changeUnlessRefused } from "./change-conversation.ts";
import type { Conversation } from "./conversation.ts";
import { findUnseen, type Unseen } from "./find-unseen.ts";
import { type Note, noteIdFromKey } from "./message.ts";

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

/** A stored note, and the conversation after that. */
interface Added {
  readonly kind: "added";
  readonly note: Note;
  readonly read: Stored<Conversation>;
}

export type NoteAdded = Added | NoteRefusal;

/**
 * Adds a note to a conversation that is not closed.
 * @param read - the conversation as it was just read.
 * @throws TransientError when a store is unavailable; with an idempotency key the request may be repeated.
 */
export const addNote = async (
  ports: NotePorts,
  read: Read<Conversation>,
  { actor, text, lastSeenMessageId, idempotencyKey }: NoteRequest,
): Promise<NoteAdded> => {
  const { agentId } = actor;
  const id =
    idempotencyKey === undefined
      ? messageIdSchema.parse(`note-${ports.newId()}`)
      : noteIdFromKey(read.value.id, agentId, idempotencyKey);
  const added = await storeNote(ports, read, {
    id,
    mayExist: idempotencyKey !== undefined,
    actor,
    text,
    refuse: (conversation) => findUnseen(ports, conversation, { agentId, lastSeenMessageId }),
  });
  return added.kind === "added" && added.note.text !== text ? { kind: "key-reused" } : added;
};

interface IdentifiedNote<R> extends Pick<NoteRequest, "actor" | "text"> {
  readonly id: MessageId;
  /** Whether an earlier request may have stored it. */
  readonly mayExist: boolean;
  /** Returns why the note must not be added to the conversation, or undefined. */
  readonly refuse: (conversation: Conversation) => Promise<R>;
}

/**
 * Adds a note under its id. The conversation knows of the note before it is stored, as it does of a reply.
 * @returns the note that is stored, which may have another text when an earlier request has stored it.
 * @throws TransientError when a store is unavailable. The request may be repeated.
 */
export const storeNote = async <R>(
  ports: Omit<NotePorts, "newId">,
  read: Read<Conversation>,
  { id, mayExist, actor, text, refuse }: IdentifiedNote<R>,
): Promise<Added | Exclude<ConversationChange, { kind: "changed" }> | NonNullable<R>> => {
  const { id: conversationId, threadId } = read.value;
  const earlier = mayExist ? await findNote(ports, threadId, id) : undefined;
  if (earlier) return { kind: "added", note: earlier, read };
  const noted = await changeUnlessRefused(ports, {
    target: read,
    event: { kind: "agent-adds-note", actor, messageId: id },
    refuse,
  });
  if (!isChange(noted)) return noted;
  const { conversation: value, etag } = noted;
  const createdAt = value.lastStaffMessage?.at ?? ports.now();
  const { agentId } = actor;
  const note: Note = { id, threadId, conversationId, direction: "internal", text, createdAt, agentId };
  const isCreated = (await ports.messages.create(note)) === "created";
  const stored = isCreated ? note : await findNote(ports, threadId, id);
  return stored ? { kind: "added", note: stored, read: { value, etag } } : { kind: "not-found" };
};

const isChange = (outcome: object): outcome is Extract<ConversationChange, { kind: "changed" }> =>
  "kind" in outcome && outcome.kind === "changed";

const findNote = async (
  { messages }: Pick<Ports, "messages">,
  threadId: ThreadId,
  id: MessageId,
): Promise<Note | undefined> => {
  const message = await messages.find(threadId, id);
  return message?.direction === "internal" ? message : undefined;
};
