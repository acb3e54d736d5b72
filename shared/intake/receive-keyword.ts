import { isOptedOut, optOutFirstSaidBy, withConsent } from "../consent/consent.ts";
import { automaticAnswer } from "../consent/keyword-answer.ts";
import { syncConsent } from "../consent/sync-consent.ts";
import { changeConversation } from "../conversation/change-conversation.ts";
import { changeThread } from "../conversation/change-thread.ts";
import type { Conversation } from "../conversation/conversation.ts";
import { answerIdOf, type InboundMessage, inboundMessageOf, type OutboundMessage } from "../conversation/message.ts";
import type { Thread } from "../conversation/thread.ts";
import { TransientError } from "../kernel/errors.ts";
import type { ConversationId, MessageId } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Stored } from "../kernel/stored.ts";
import { canBeTexted } from "../sms/address.ts";
import type { Keyword } from "../sms/keyword.ts";
import { segmentCount } from "../sms/text.ts";
import { type Arrival, freshThread } from "./arrival.ts";

type ReceiveKeywordPorts = Pick<Ports, "conversations" | "jobs" | "now" | "threads" | "messages" | "providers">;

/**
 * Takes in a keyword. It says something about being texted, not about a matter: it opens no conversation and changes
 * the state of none. Delivered again, it does no more than the first time.
 * @param current - the newest conversation of the thread; it may be closed.
 * @param silent - the channel is switched off, and answers nothing.
 * @returns the conversation in which it is kept, if one was open when it came for the first time.
 */
export const receiveKeyword = async (
  ports: ReceiveKeywordPorts,
  arrival: Arrival,
  keyword: Keyword,
  thread: Stored<Thread> | undefined,
  current: Stored<Conversation> | undefined,
  silent: boolean,
): Promise<ConversationId | undefined> => {
  const open = current && current.value.state !== "closed" ? current : undefined;
  const message = await keep(ports, inboundMessageOf(arrival.text, arrival.threadId, open?.value.id));
  const { id: messageId, createdAt: at, text, conversationId } = message;
  const after = await changeThread(ports.threads, { read: thread, fresh: freshThread(arrival) }, (each) =>
    keyword === "help"
      ? each
      : withConsent(each, { optedOut: keyword === "stop", changedAt: at, source: { kind: "customer", messageId } }),
  );
  if (conversationId !== undefined) {
    const event = { kind: "customer-sends-keyword", messageId, at, text, optedOut: isOptedOut(after) } as const;
    await changeConversation(ports, open?.value.id === conversationId ? open : conversationId, event);
  }
  // Another keyword, or the text that opens a conversation, may come at the same moment.
  await syncConsent(ports, after);
  if (!silent) await answer(ports, arrival, keyword, message, after);
  return conversationId;
};

/** Answers a keyword where nobody else does. */
const answer = async (
  ports: ReceiveKeywordPorts,
  { channel, organisation, text: { from, provider, text: said } }: Arrival,
  keyword: Keyword,
  { id: answered, threadId, conversationId }: InboundMessage,
  thread: Thread,
): Promise<void> => {
  const text = automaticAnswer(keyword, said, channel, organisation, ports.providers[provider]);
  if (text === undefined || !canBeTexted(from) || !isAnswered(keyword, answered, thread)) return;
  const at = ports.now();
  const message: OutboundMessage = {
    ...{
      id: answerIdOf(answered),
      threadId,
      direction: "outbound",
      state: "queued",
      text,
      createdAt: at,
      stateChangedAt: at,
    },
    ...(conversationId && { conversationId }),
    segments: segmentCount(text),
    answeredKeyword: { keyword, messageId: answered },
  };
  await ports.messages.create(message);
  await ports.jobs.enqueueOutbound(threadId, message.id);
};

/** A customer who says STOP again and again gets one answer; START is answered while it is the last word. */
const isAnswered = (keyword: Keyword, messageId: MessageId, thread: Thread): boolean => {
  const { consent } = thread;
  switch (keyword) {
    case "stop":
      return optOutFirstSaidBy(thread, messageId) !== undefined;
    case "start":
      return consent?.source.kind === "customer" && consent.source.messageId === messageId;
    case "help":
      return !isOptedOut(thread);
    default:
      return keyword satisfies never;
  }
};

/** Keeps a message. One that was kept before is as it was: a conversation opened since then has no part in it. */
const keep = async ({ messages }: ReceiveKeywordPorts, message: InboundMessage): Promise<InboundMessage> => {
  if ((await messages.create(message)) === "created") return message;
  const kept = await messages.find(message.threadId, message.id);
  if (kept?.direction !== "inbound") throw new TransientError(`message ${message.id} cannot be read yet`);
  return kept;
};
