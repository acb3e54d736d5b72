import { isOptedOut } from "../consent/consent.ts";
import type { Contact } from "../contact/contact.ts";
import type { Contacts } from "../contact/contacts.ts";
import type { Conversation } from "../conversation/conversation.ts";
import { withOtherThreads } from "../conversation/subscriber-threads.ts";
import type { Consent } from "../conversation/thread.ts";
import type { Ports } from "../kernel/ports.ts";
import { explain, type Wait } from "./explain.ts";

type ViewPorts = Pick<Ports, "agents" | "keyedHash" | "settings" | "now" | "contacts" | "threads">;

/** A conversation, with what an agent needs to know beside it. */
export interface ConversationDetails {
  readonly conversation: Conversation;
  /** The contacts that the customer may be: none, one, or several that share the number. */
  readonly contacts: readonly Contact[];
  /** The customer's consent; `undefined` before its first change. */
  readonly consent: Consent | undefined;
  /** Why it waits; `undefined` when it is not in a queue. */
  readonly wait: Wait | undefined;
}

/**
 * Reads the contacts, the consent and the reason of the wait of a conversation.
 * @throws TransientError when a store is unavailable.
 */
export const viewConversation = async (ports: ViewPorts, conversation: Conversation): Promise<ConversationDetails> => {
  const [contacts, consent, wait] = await Promise.all([
    contactsOf(ports, conversation),
    consentOf(ports, conversation),
    conversation.state === "queued" ? explain(ports, conversation) : undefined,
  ]);
  return { conversation, contacts, consent, wait };
};

/** @returns the opt-out when there is one on any thread of the subscriber, else the consent of the thread. */
const consentOf = async (ports: ViewPorts, { threadId }: Conversation): Promise<Consent | undefined> => {
  const thread = await ports.threads.find(threadId);
  if (!thread) return undefined;
  const threads = await withOtherThreads(ports, thread.value);
  return (threads.find(isOptedOut) ?? thread.value).consent;
};

/** A retired contact is shown, because the conversation keeps its link. Contacts that no longer exist are left out. */
const contactsOf = async ({ contacts }: ViewPorts, { contact }: Conversation): Promise<readonly Contact[]> => {
  switch (contact.kind) {
    case "unidentified":
      return [];
    case "linked":
      return withoutMissing([await contacts.findWithRetired(contact.contactId)]);
    case "candidates":
      return withoutMissing(await Promise.all(contact.contactIds.map((id) => contacts.findWithRetired(id))));
    default:
      return contact satisfies never;
  }
};

const withoutMissing = (found: Awaited<ReturnType<Contacts["findWithRetired"]>>[]): readonly Contact[] =>
  found.flatMap((stored) => (stored ? [stored.value] : []));
