import type { Contact } from "../contact/contact.ts";
import type { Contacts } from "../contact/contacts.ts";
import type { Conversation } from "../conversation/conversation.ts";
import type { Consent } from "../conversation/thread.ts";
import type { Ports } from "../kernel/ports.ts";
import { explain, type Wait } from "./explain.ts";

type ViewPorts = Pick<Ports, "agents" | "settings" | "now" | "contacts" | "threads">;

/** A conversation with what belongs to it. */
export interface ConversationDetails {
  readonly conversation: Conversation;
  /** The customer: nobody known, one, or those that share the number. */
  readonly contacts: readonly Contact[];
  /** The customer's last word on being texted, if there was one. */
  readonly consent: Consent | undefined;
  /** Why it is still in its queue, if it is. */
  readonly wait: Wait | undefined;
}

/**
 * Adds to a conversation what belongs to it.
 * @throws TransientError when a store is unavailable.
 */
export const viewConversation = async (ports: ViewPorts, conversation: Conversation): Promise<ConversationDetails> => {
  const [contacts, thread, wait] = await Promise.all([
    contactsOf(ports, conversation),
    ports.threads.find(conversation.threadId),
    conversation.state === "queued" ? explain(ports, conversation) : undefined,
  ]);
  return { conversation, contacts, consent: thread?.value.consent, wait };
};

/** A contact that was removed meanwhile is left out. */
const contactsOf = async ({ contacts }: ViewPorts, { contact }: Conversation): Promise<readonly Contact[]> => {
  switch (contact.kind) {
    case "unidentified":
      return [];
    case "linked":
      return withoutMissing([await contacts.find(contact.contactId)]);
    case "candidates":
      return withoutMissing(await Promise.all(contact.contactIds.map((id) => contacts.find(id))));
    default:
      return contact satisfies never;
  }
};

const withoutMissing = (found: Awaited<ReturnType<Contacts["find"]>>[]): readonly Contact[] =>
  found.flatMap((stored) => (stored ? [stored.value] : []));
