import type { ContactId } from "../contact/contact.ts";
import type { ThreadId } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Read } from "../kernel/stored.ts";
import type { Actor } from "./actor.ts";
import { type ConversationChange, changeConversation } from "./change-conversation.ts";
import { changeStoredThread } from "./change-thread.ts";
import type { Conversation } from "./conversation.ts";

type LinkPorts = Pick<Ports, "conversations" | "now" | "contacts" | "threads">;

/**
 * Links a conversation to a contact, and its thread for the conversations that follow.
 * @returns `unknown-contact` when there is no such contact, else the outcome of the change.
 * @throws TransientError when a store is unavailable. It may be retried.
 */
export const linkContact = async (
  ports: LinkPorts,
  read: Read<Conversation>,
  { contactId, actor }: { readonly contactId: ContactId; readonly actor: Actor },
): Promise<ConversationChange | { readonly kind: "unknown-contact" }> => {
  if (!(await ports.contacts.find(contactId))) return { kind: "unknown-contact" };
  const change = await changeConversation(ports, read, { kind: "link-contact", actor, contactId });
  if (change.kind === "changed") await linkThread(ports, change.conversation.threadId, contactId);
  return change;
};

const linkThread = async ({ threads }: LinkPorts, threadId: ThreadId, contactId: ContactId): Promise<void> => {
  const read = await threads.find(threadId);
  if (!read) return;
  await changeStoredThread(threads, read, (thread) =>
    thread.contactId === contactId ? thread : { ...thread, contactId },
  );
};
