import { isBlocked } from "../consent/block.ts";
import { hasOptedOut } from "../consent/consent.ts";
import { syncConsent } from "../consent/sync-consent.ts";
import type { Contact } from "../contact/contact.ts";
import { changeThread } from "../conversation/change-thread.ts";
import { type Conversation, REMEMBERED_TEXTS } from "../conversation/conversation.ts";
import { type InboundMessage, inboundMessageOf } from "../conversation/message.ts";
import { withOtherThreads } from "../conversation/subscriber-threads.ts";
import type { Thread } from "../conversation/thread.ts";
import { threadContacts } from "../conversation/thread-contacts.ts";
import { type ConversationId, conversationIdOf, numberOf } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import { RETRY, retryOnConflict } from "../kernel/retry-on-conflict.ts";
import type { Stored } from "../kernel/stored.ts";
import { requireFollowUp, startRouting } from "../routing/follow-up.ts";
import { moveConversation } from "../routing/move-conversation.ts";
import { queueOf } from "../settings/settings.ts";
import { asksToStop } from "../sms/stop-request/stop-request.ts";
import { conversationNumberFor } from "./conversation-number.ts";
import { leaveUnopened } from "./leave-unopened.ts";
import { type LocatedText, newThreadFor } from "./locate-text.ts";
import { newConversation } from "./new-conversation.ts";
import { findFirstStored } from "./store-once.ts";

type AddTextPorts = Pick<
  Ports,
  | "agents"
  | "contacts"
  | "conversations"
  | "jobs"
  | "keyedHash"
  | "messages"
  | "newId"
  | "now"
  | "routingWorkflow"
  | "threads"
>;

/** A text with its thread as it was read. */
export interface TextContext {
  readonly located: LocatedText;
  /** Undefined before the first text. */
  readonly thread: Stored<Thread> | undefined;
  /** The subscriber's threads in other written forms. */
  readonly others: readonly Stored<Thread>[];
  /** The thread's newest conversation, which may be closed. */
  readonly current: Stored<Conversation> | undefined;
}

/** A stored text and the conversation that it names. */
interface StoredText {
  readonly located: LocatedText;
  readonly message: InboundMessage;
  readonly id: ConversationId;
}

/**
 * Stores a text and adds it to the open conversation, or opens the next one. Routing starts when no agent holds it.
 * @returns the conversation; undefined for a redelivered text that was a keyword the first time, and when the number has
 * just been blocked.
 */
export const addText = async (
  ports: AddTextPorts,
  { located, thread, current }: TextContext,
): Promise<ConversationId | undefined> => {
  const { threadId, text } = located;
  const number = conversationNumberFor(thread?.value.lastNumber ?? 0, current?.value.state);
  const id = conversationIdOf(threadId, number);
  const message = { ...inboundMessageOf(text, threadId, id), ...(asksToStop(text.text) && { asksToStop: true }) };
  const open = current?.value.state === "closed" ? undefined : current;
  const [created, contacts] = await Promise.all([
    ports.messages.create(message),
    open ? undefined : threadContacts(ports, located.text.from, thread?.value),
  ]);
  if (created === "exists") return completeDelivery(ports, located, message);
  return contacts
    ? openConversation(ports, { located, message, id, thread, contacts })
    : appendText(ports, { located, message, id }, open);
};

/** Opens a conversation with a text, or adds the text when another process has just opened it. */
const openConversation = async (
  ports: AddTextPorts,
  {
    thread,
    contacts,
    ...text
  }: StoredText & { readonly thread: Stored<Thread> | undefined; readonly contacts: readonly Contact[] },
): Promise<ConversationId | undefined> => {
  const { located, message, id } = text;
  // The thread is written first: an agent who replies needs it.
  const numbered = await recordNumber(ports, text, thread);
  if (isBlocked(numbered.value)) {
    await leaveUnopened(ports, { id, messageId: message.id, thread: numbered });
    return undefined;
  }
  // Read after the thread is written: a concurrent change of another thread's consent finds this conversation, or is found.
  const optedOut = hasOptedOut(await withOtherThreads(ports, numbered.value));
  const conversation = newConversation({ located, id, message, contacts, optedOut, now: ports.now() });
  if ((await ports.conversations.create(conversation)) === "exists") return appendText(ports, text);
  await startRouting(ports, conversation);
  return id;
};

/**
 * Records the number of the conversation on the thread, unless its customer's number has just been blocked.
 * @returns the thread after that.
 */
const recordNumber = (
  { threads }: Pick<Ports, "threads">,
  { located, id }: Pick<StoredText, "located" | "id">,
  thread: Stored<Thread> | undefined,
): Promise<Stored<Thread>> => {
  const number = numberOf(id);
  return changeThread(threads, { read: thread, fresh: newThreadFor(located) }, (before) =>
    before.lastNumber >= number || isBlocked(before) ? before : { ...before, lastNumber: number },
  );
};

/** Adds a text to its conversation, or to the next one when that has closed. */
const appendText = async (
  ports: AddTextPorts,
  { located, message, id: firstId }: StoredText,
  read?: Stored<Conversation>,
): Promise<ConversationId | undefined> => {
  let id = firstId;
  let stored = read;
  return retryOnConflict<ConversationId | undefined>({ what: `conversation of message ${message.id}` }, async () => {
    stored ??= await ports.conversations.find(id);
    if (!stored) {
      const thread = await ports.threads.find(located.threadId);
      const contacts = await threadContacts(ports, located.text.from, thread?.value);
      return openConversation(ports, { located, message, id, thread, contacts });
    }
    const { preferLastAgentSeconds } = queueOf(located.settings, stored.value.queueId);
    const { id: messageId, createdAt: at, text, media, asksToStop: asks = false } = message;
    const written = { messageId, at, text, media, asksToStop: asks };
    const event = { kind: "customer-writes", ...written, preferLastAgentSeconds } as const;
    const move = await moveConversation(ports, stored, event);
    if (move.kind === "moved") {
      requireFollowUp(move);
      return id;
    }
    id = conversationIdOf(located.threadId, numberOf(id) + 1);
    await ports.messages.moveTo(id, messageId);
    stored = undefined;
    return RETRY;
  });
};

/** Does what an earlier delivery of the same text may have left undone. */
const completeDelivery = async (
  ports: AddTextPorts,
  located: LocatedText,
  redelivered: InboundMessage,
): Promise<ConversationId | undefined> => {
  const message = await findFirstStored(ports, redelivered);
  const id = message.conversationId;
  // A "YES" that was a keyword after an opt-out belongs to no conversation.
  if (id === undefined) return undefined;
  const stored = await ports.conversations.find(id);
  if (!stored || !includesText(stored.value, message)) return appendText(ports, { located, message, id }, stored);
  const [{ value: thread }] = await Promise.all([
    ports.threads.find(located.threadId).then((read) => recordNumber(ports, { located, id }, read)),
    stored.value.state === "queued" && startRouting(ports, stored.value),
  ]);
  const optedOut = hasOptedOut(await withOtherThreads(ports, thread));
  if (optedOut !== stored.value.optedOut) await syncConsent(ports, thread);
  return id;
};

/** Whether a conversation has processed a text. One that is older than all remembered texts was processed before them. */
const includesText = ({ textIds, lastTextAt }: Conversation, { id, createdAt }: InboundMessage): boolean =>
  textIds.includes(id) || (textIds.length === REMEMBERED_TEXTS && createdAt < lastTextAt);
