import { changesInDay, hasOptedOut, optInStartedBy, optOutStartedBy, withConsent } from "../consent/consent.ts";
import { hasHelpReply, withHelpReply } from "../consent/help-reply.ts";
import { keywordReply } from "../consent/keyword-reply.ts";
import { syncConsent } from "../consent/sync-consent.ts";
import { changeConversation } from "../conversation/change-conversation.ts";
import { changeStoredThread, changeThread } from "../conversation/change-thread.ts";
import {
  blockedMessageOf,
  type InboundMessage,
  inboundMessageOf,
  keywordReplyIdOf,
  type OutboundMessage,
} from "../conversation/message.ts";
import { type SubscriberThreads, valuesOf } from "../conversation/subscriber-threads.ts";
import type { Consent, Thread } from "../conversation/thread.ts";
import type { ConversationId, MessageId } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Stored } from "../kernel/stored.ts";
import { canBeTexted } from "../sms/address.ts";
import type { Keyword } from "../sms/keyword.ts";
import { segmentCount } from "../sms/text.ts";
import type { TextContext } from "./add-text.ts";
import { type LocatedText, newThreadFor } from "./locate-text.ts";
import { storeOnce } from "./store-once.ts";

type ReceiveKeywordPorts = Pick<
  Ports,
  "conversations" | "jobs" | "keyedHash" | "messages" | "now" | "providers" | "threads"
>;

interface KeywordContext extends TextContext {
  readonly keyword: Keyword;
  /** The channel is disabled or the number is blocked, so there is no reply. */
  readonly isSilent: boolean;
  /** The number is blocked, so the text belongs to no conversation. */
  readonly isBlocked: boolean;
}

/**
 * Processes a keyword. Keywords manage consent: they open no conversation and change the state of none. A redelivery has
 * no further effect.
 * @returns the conversation that was open when the keyword arrived first.
 */
export const receiveKeyword = async (
  ports: ReceiveKeywordPorts,
  { located, thread, others, current, keyword, isSilent, isBlocked }: KeywordContext,
): Promise<ConversationId | undefined> => {
  const open = current && current.value.state !== "closed" && !isBlocked ? current : undefined;
  const received = isBlocked
    ? blockedMessageOf(located.text, located.threadId)
    : inboundMessageOf(located.text, located.threadId, open?.value.id);
  const message = await storeOnce(ports, received);
  const { id: messageId, createdAt: at, text, conversationId } = message;
  const reply = isSilent ? undefined : replyFor(ports, located, keyword);
  const { helpRepliesPerHour, automaticTextsPerDay } = located.organisation;
  const apply = (before: Thread): Thread => {
    if (keyword !== "help") {
      const source = { kind: "customer", messageId } as const;
      return withConsent(before, { optedOut: keyword === "stop", changedAt: at, source });
    }
    const hasReply = reply !== undefined && !hasOptedOut([before, ...valuesOf(others)]);
    return hasReply ? withHelpReply(before, { messageId, repliedAt: ports.now() }, helpRepliesPerHour) : before;
  };
  const { value: after } = await changeThread(ports.threads, { read: thread, fresh: newThreadFor(located) }, apply);
  const threads: SubscriberThreads = [
    after,
    ...(await (keyword === "start" ? liftAll(ports, others, apply) : valuesOf(others))),
  ];
  if (conversationId !== undefined) {
    const event = { kind: "customer-sends-keyword", messageId, at, text, optedOut: hasOptedOut(threads) } as const;
    await changeConversation(ports, open?.value.id === conversationId ? open : conversationId, event);
  }
  // Another keyword, or a text that opens a conversation, may be processed at the same moment.
  await syncConsent(ports, after);
  if (reply !== undefined && isReplyDue({ keyword, messageId }, threads, automaticTextsPerDay)) {
    await storeReply(ports, { keyword, message, text: reply });
  }
  return conversationId;
};

/**
 * Applies a START to the threads of other written forms too, so that an older opt-out that arrives there later has no
 * effect.
 * @returns them after that.
 */
const liftAll = async (
  { threads }: Pick<Ports, "threads">,
  others: readonly Stored<Thread>[],
  apply: (thread: Thread) => Thread,
): Promise<readonly Thread[]> => {
  const lift = (read: Stored<Thread>) => changeStoredThread(threads, read, apply);
  return valuesOf(await Promise.all(others.map(lift)));
};

/**
 * @returns the channel's keyword reply; undefined when the provider or the carriers reply, and for a sender that cannot be
 * texted.
 */
const replyFor = (
  { providers }: Pick<Ports, "providers">,
  { channel, organisation, text }: LocatedText,
  keyword: Keyword,
): string | undefined =>
  canBeTexted(text.from)
    ? keywordReply({ keyword, text, channel, organisation, provider: providers[text.provider] })
    : undefined;

interface KeywordReply {
  readonly keyword: Keyword;
  /** The message that contains the keyword. */
  readonly message: InboundMessage;
  readonly text: string;
}

const storeReply = async (
  { messages, jobs, now }: ReceiveKeywordPorts,
  { keyword, message: { id: messageId, threadId, conversationId }, text }: KeywordReply,
): Promise<void> => {
  const at = now();
  const automatic: OutboundMessage = {
    id: keywordReplyIdOf(messageId),
    threadId,
    ...(conversationId && { conversationId }),
    direction: "outbound",
    state: "queued",
    text,
    segments: segmentCount(text),
    createdAt: at,
    stateChangedAt: at,
    answeredKeyword: { keyword, messageId },
  };
  await messages.create(automatic);
  await jobs.enqueueOutbound(threadId, automatic.id);
};

/** A repeated STOP or START gets no second reply. Their replies have a limit a day, and those to HELP one an hour. */
const isReplyDue = (
  { keyword, messageId }: { readonly keyword: Keyword; readonly messageId: MessageId },
  threads: SubscriberThreads,
  automaticTextsPerDay: number,
): boolean => {
  const isConfirmed = (change: Consent | undefined): boolean =>
    change !== undefined && changesInDay(threads, change) <= automaticTextsPerDay;
  switch (keyword) {
    case "stop":
      return isConfirmed(optOutStartedBy(threads, messageId));
    case "start":
      return isConfirmed(optInStartedBy(threads, messageId));
    case "help":
      return !hasOptedOut(threads) && hasHelpReply(threads[0], messageId);
    default:
      return keyword satisfies never;
  }
};
