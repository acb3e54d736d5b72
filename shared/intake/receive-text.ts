import { isOptedOut } from "../consent/consent.ts";
import { syncConsent } from "../consent/sync-consent.ts";
import type { Contact } from "../contact/contact.ts";
import { changeThread } from "../conversation/change-thread.ts";
import { type Conversation, REMEMBERED_TEXTS } from "../conversation/conversation.ts";
import { type InboundMessage, inboundMessageId, inboundMessageOf } from "../conversation/message.ts";
import type { Consent, Thread } from "../conversation/thread.ts";
import { TransientError } from "../kernel/errors.ts";
import { type ConversationId, conversationIdOf, type MessageId, numberOf, type ThreadId } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import { RETRY, retryOnConflict } from "../kernel/retry-on-conflict.ts";
import type { Stored } from "../kernel/stored.ts";
import { requireFollowUp, startRouting } from "../routing/follow-up.ts";
import { moveConversation } from "../routing/move-conversation.ts";
import { queueOf } from "../settings/settings.ts";
import { phoneNumberSchema } from "../sms/address.ts";
import { keywordOf } from "../sms/keyword.ts";
import type { InboundText } from "../sms/provider.ts";
import { type Arrival, arrivalOf, freshThread, type NotTaken } from "./arrival.ts";
import { openConversation } from "./open-conversation.ts";
import { receiveKeyword } from "./receive-keyword.ts";

type ReceivePorts = Pick<
  Ports,
  | "conversations"
  | "agents"
  | "jobs"
  | "routingWorkflow"
  | "now"
  | "newId"
  | "threads"
  | "messages"
  | "providers"
  | "contacts"
  | "settings"
  | "keyedHash"
>;

/** What became of a text. One that was not taken should be kept until somebody mends what is wrong. */
export type Received =
  | { readonly kind: "accepted"; readonly threadId: ThreadId; readonly conversationId?: ConversationId }
  | NotTaken;

/**
 * Takes in a customer's text: keeps it once, adds it to the open conversation or opens the next one, and has a
 * conversation that nobody holds routed.
 *
 * The message is written first and names its conversation, so a delivery that comes again, after a crash or by chance,
 * finds it and finishes what is missing, and nothing else.
 * @throws TransientError when a store or the broker is unavailable; the same text has to be delivered again.
 */
export const receiveText = async (ports: ReceivePorts, text: InboundText): Promise<Received> => {
  const found = arrivalOf(ports.keyedHash, await ports.settings.snapshot(), text);
  if (found.kind !== "arrival") return found;
  const { arrival, off } = found;
  const thread = await ports.threads.find(arrival.threadId);
  const keyword = keywordOf(text.text, answersOptOut(thread?.value, text));
  if (off && keyword !== "stop" && keyword !== "start") return { kind: off };
  const current = thread && (await currentConversation(ports, thread.value));
  const conversationId = keyword
    ? await receiveKeyword(ports, arrival, keyword, thread, current, off !== undefined)
    : await takeIn(ports, arrival, thread, current);
  return { kind: "accepted", threadId: arrival.threadId, ...(conversationId && { conversationId }) };
};

/** Whether the customer had opted out before this text. It may have opted in by it, when it is delivered again. */
const answersOptOut = (thread: Thread | undefined, { provider, providerMessageId }: InboundText): boolean =>
  thread?.consent !== undefined &&
  (thread.consent.optedOut || saidBy(thread.consent) === inboundMessageId(provider, providerMessageId));

const saidBy = ({ source: by }: Consent): MessageId | undefined => (by.kind === "customer" ? by.messageId : undefined);

/** The newest conversation of the thread; it may be closed. */
const currentConversation = ({ conversations }: ReceivePorts, { id, lastNumber }: Thread) =>
  lastNumber === 0 ? undefined : conversations.find(conversationIdOf(id, lastNumber));

const takeIn = async (
  ports: ReceivePorts,
  arrival: Arrival,
  thread: Stored<Thread> | undefined,
  current: Stored<Conversation> | undefined,
): Promise<ConversationId | undefined> => {
  const lastNumber = thread?.value.lastNumber ?? 0;
  const joining = current && current.value.state !== "closed" ? current : undefined;
  const number = joining ? lastNumber : current ? lastNumber + 1 : Math.max(1, lastNumber);
  const id = conversationIdOf(arrival.threadId, number);
  const message = inboundMessageOf(arrival.text, arrival.threadId, id);
  const [created, contacts] = await Promise.all([
    ports.messages.create(message),
    joining ? undefined : contactsOf(ports, arrival, thread?.value),
  ]);
  if (created === "exists") return finishEarlier(ports, arrival, message);
  return contacts ? open(ports, arrival, message, id, thread, contacts) : addTo(ports, arrival, message, id, joining);
};

/** Opens a conversation. Where somebody opened it a moment ago, the text is added to it. */
const open = async (
  ports: ReceivePorts,
  arrival: Arrival,
  message: InboundMessage,
  id: ConversationId,
  thread: Stored<Thread> | undefined,
  contacts: readonly Contact[],
): Promise<ConversationId> => {
  // The thread comes first: where there is a conversation, there is the thread that knows where its replies go.
  const noted = await noteOpened(ports, arrival, thread, numberOf(id));
  const conversation = openConversation(arrival, id, message, contacts, isOptedOut(noted), ports.now());
  if ((await ports.conversations.create(conversation)) === "exists") return addTo(ports, arrival, message, id);
  await startRouting(ports, conversation);
  return id;
};

/** Tells the thread that it has come to this conversation. */
const noteOpened = (ports: ReceivePorts, arrival: Arrival, thread: Stored<Thread> | undefined, number: number) =>
  changeThread(ports.threads, { read: thread, fresh: freshThread(arrival) }, (each) =>
    each.lastNumber >= number ? each : { ...each, lastNumber: number },
  );

/** Adds a text to a conversation; where that has closed, the text goes to the next one. */
const addTo = async (
  ports: ReceivePorts,
  arrival: Arrival,
  message: InboundMessage,
  first: ConversationId,
  read?: Stored<Conversation>,
): Promise<ConversationId> => {
  let id = first;
  let stored = read;
  return retryOnConflict({ what: `conversation of message ${message.id}` }, async () => {
    stored ??= await ports.conversations.find(id);
    if (!stored) {
      const thread = await ports.threads.find(arrival.threadId);
      return open(ports, arrival, message, id, thread, await contactsOf(ports, arrival, thread?.value));
    }
    const { preferLastAgentSeconds } = queueOf(arrival.settings, stored.value.queueId);
    const { id: messageId, createdAt: at, text } = message;
    const event = { kind: "customer-writes", messageId, at, text, preferLastAgentSeconds } as const;
    const move = await moveConversation(ports, stored, event);
    if (move.kind === "moved") {
      requireFollowUp(move);
      return id;
    }
    id = conversationIdOf(arrival.threadId, numberOf(id) + 1);
    await ports.messages.moveTo(id, messageId);
    stored = undefined;
    return RETRY;
  });
};

/** A text that was kept before: finishes what the earlier delivery may have left undone. */
const finishEarlier = async (
  ports: ReceivePorts,
  arrival: Arrival,
  again: InboundMessage,
): Promise<ConversationId | undefined> => {
  const message = await ports.messages.find(arrival.threadId, again.id);
  if (message?.direction !== "inbound") throw new TransientError(`message ${again.id} cannot be read yet`);
  const id = message.conversationId;
  // It was a keyword then, a "YES" after an opt-out: it belongs to no conversation.
  if (id === undefined) return undefined;
  const stored = await ports.conversations.find(id);
  if (!stored || !hasTakenIn(stored.value, message)) return addTo(ports, arrival, message, id, stored);
  const [noted] = await Promise.all([
    ports.threads.find(arrival.threadId).then((thread) => noteOpened(ports, arrival, thread, numberOf(id))),
    stored.value.state === "queued" && startRouting(ports, stored.value),
  ]);
  if (isOptedOut(noted) !== stored.value.optedOut) await syncConsent(ports, noted);
  return id;
};

/** Knows a text again; one that many later texts pushed out of the remembered ones was taken in before them. */
const hasTakenIn = ({ textIds, lastTextAt }: Conversation, { id, createdAt: at }: InboundMessage): boolean =>
  textIds.includes(id) || (textIds.length === REMEMBERED_TEXTS && at < lastTextAt);

/** The contacts that the customer may be: whom an agent named for this thread, else all with the number. */
const contactsOf = async (
  { contacts }: ReceivePorts,
  { text }: Arrival,
  thread: Thread | undefined,
): Promise<readonly Contact[]> => {
  const named = thread?.contactId && (await contacts.find(thread.contactId));
  if (named) return [named.value];
  const mobilePhone = phoneNumberSchema.safeParse(text.from);
  return mobilePhone.success ? contacts.withMobilePhone(mobilePhone.data) : [];
};
