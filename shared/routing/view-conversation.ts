import type { Contact } from "../contact/contact.ts";
import type { Contacts } from "../contact/contacts.ts";
import type { Actor } from "../conversation/actor.ts";
import type { Conversation } from "../conversation/conversation.ts";
import type { Consent } from "../conversation/thread.ts";
import { findVisible } from "../conversation/visibility.ts";
import type { ConversationId } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import { explain, type Wait } from "./explain.ts";

type ViewPorts = Pick<Ports, "conversations" | "agents" | "settings" | "now" | "contacts" | "threads">;

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
 * Shows a conversation to somebody who may see it.
 * @throws TransientError when a store is unavailable.
 */
export const viewConversation = async (
  ports: ViewPorts,
  actor: Actor,
  id: ConversationId,
): Promise<
  | { readonly kind: "found"; readonly details: ConversationDetails }
  | { readonly kind: "not-found" | "not-assigned-to-you" }
> => {
  const visible = await findVisible(ports, actor, id);
  if (visible.kind !== "found") return visible;
  const { value: conversation } = visible.stored;
  const [contacts, thread, wait] = await Promise.all([
    contactsOf(ports, conversation),
    ports.threads.find(conversation.threadId),
    conversation.state === "queued" ? explain(ports, conversation) : undefined,
  ]);
  return { kind: "found", details: { conversation, contacts, consent: thread?.value.consent, wait } };
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
