import type { ContactId } from "../contact/contact.ts";
import type { ThreadId } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Read } from "../kernel/stored.ts";
import type { Actor } from "./actor.ts";
import { type ConversationChange, changeConversation } from "./change-conversation.ts";
import { changeThread } from "./change-thread.ts";
import type { Conversation } from "./conversation.ts";

type LinkPorts = Pick<Ports, "conversations" | "now" | "contacts" | "threads">;

/**
 * Says who a conversation is with, and remembers it for the conversations of its thread that follow.
 * @returns `unknown-contact` when there is no such contact, else what became of the conversation.
 * @throws TransientError when a store is unavailable; the same link may be made again.
 */
export const linkContact = async (
  ports: LinkPorts,
  read: Read<Conversation>,
  { contactId, actor }: { readonly contactId: ContactId; readonly actor: Actor },
): Promise<ConversationChange | { readonly kind: "unknown-contact" }> => {
  if (!(await ports.contacts.find(contactId))) return { kind: "unknown-contact" };
  const change = await changeConversation(ports, read, { kind: "link-contact", actor, contactId });
  if (change.kind === "changed") await remember(ports, change.conversation.threadId, contactId);
  return change;
};

const remember = async ({ threads }: LinkPorts, threadId: ThreadId, contactId: ContactId): Promise<void> => {
  const stored = await threads.find(threadId);
  if (!stored) return;
  await changeThread(threads, stored, stored.value, (thread) =>
    thread.contactId === contactId ? thread : { ...thread, contactId },
  );
};
