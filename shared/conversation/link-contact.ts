import type { ContactId } from "../contact/contact.ts";
import type { ThreadId } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Stored } from "../kernel/stored.ts";
import { type Move, moveConversation } from "../routing/move-conversation.ts";
import type { Actor } from "./actor.ts";
import { changeThread } from "./change-thread.ts";
import type { Conversation } from "./conversation.ts";

type LinkPorts = Pick<
  Ports,
  "conversations" | "agents" | "jobs" | "routingWorkflow" | "now" | "newId" | "contacts" | "threads"
>;

/**
 * Says who a conversation is with, and remembers it for the conversations of its thread that follow.
 * @returns `unknown-contact` when there is no such contact, else what became of the conversation.
 * @throws TransientError when a store is unavailable; the same link may be made again.
 */
export const linkContact = async (
  ports: LinkPorts,
  read: Stored<Conversation>,
  { contactId, actor }: { readonly contactId: ContactId; readonly actor: Actor },
): Promise<Move | { readonly kind: "unknown-contact" }> => {
  if (!(await ports.contacts.find(contactId))) return { kind: "unknown-contact" };
  const move = await moveConversation(ports, read, { kind: "link-contact", actor, contactId });
  if (move.kind === "moved") await remember(ports, move.conversation.threadId, contactId);
  return move;
};

const remember = async ({ threads }: LinkPorts, threadId: ThreadId, contactId: ContactId): Promise<void> => {
  const stored = await threads.find(threadId);
  if (!stored) return;
  await changeThread(threads, stored, stored.value, (thread) =>
    thread.contactId === contactId ? thread : { ...thread, contactId },
  );
};
