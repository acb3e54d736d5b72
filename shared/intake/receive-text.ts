import { isNumberBlocked } from "../consent/block.ts";
import { hasOptedOut } from "../consent/consent.ts";
import { allThreads } from "../conversation/continued-thread.ts";
import { inboundMessageId } from "../conversation/message.ts";
import { valuesOf } from "../conversation/subscriber-threads.ts";
import type { Thread } from "../conversation/thread.ts";
import { type ConversationId, conversationIdOf, type ThreadId } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import { type Keyword, keywordOf } from "../sms/keyword.ts";
import type { InboundText } from "../sms/provider.ts";
import { isReaction } from "../sms/reaction.ts";
import { addText, type TextContext } from "./add-text.ts";
import { findThread, recordWrittenForm } from "./find-thread.ts";
import { inheritBlock } from "./inherit-block.ts";
import { locateText, type NotAccepted } from "./locate-text.ts";
import { receiveBlockedText } from "./receive-blocked-text.ts";
import { receiveKeyword } from "./receive-keyword.ts";
import { receiveReaction } from "./receive-reaction.ts";

type ReceivePorts = Pick<
  Ports,
  | "agents"
  | "contacts"
  | "conversations"
  | "jobs"
  | "keyedHash"
  | "messages"
  | "newId"
  | "now"
  | "providers"
  | "routingWorkflow"
  | "settings"
  | "threads"
>;

/** The outcome of a text. One that is not accepted is to be quarantined. */
export type Received =
  | { readonly kind: "accepted"; readonly threadId: ThreadId; readonly conversationId?: ConversationId }
  | NotAccepted;

/**
 * Processes a text from a customer: stores it once and either applies its keyword or adds it to a conversation. A
 * reaction to an earlier text stays with the thread. The texts of a blocked number are kept for a limited time; only STOP
 * and START have an effect.
 *
 * @remarks
 * The message is written first and names its conversation. A redelivery, after a crash or by chance, finds it and only
 * does what is missing.
 * @throws TransientError when a store or the broker is unavailable; the text must be delivered again.
 */
export const receiveText = async (ports: ReceivePorts, text: InboundText): Promise<Received> => {
  const location = locateText(await ports.settings.snapshot(), text);
  if (location.kind !== "located") return location;
  const { channel } = location.located;
  const { disabled } = location;
  const found = await findThread(ports, channel, text);
  const { threadId, others } = found;
  const threads = valuesOf(allThreads(found));
  const keyword = text.verdict?.keyword ?? keywordOf(text.text, wasOptedOut(threads, text), channel.keywords);
  if (disabled && keyword !== "stop" && keyword !== "start") return { kind: disabled };
  const located = { ...location.located, threadId };
  const inherited = await inheritBlock(ports, { located, thread: found.thread, others });
  const thread = await recordWrittenForm(ports, inherited, text);
  const current = thread && (await newestConversation(ports, thread.value));
  const conversationId = await receive(
    ports,
    { located, thread, others, current },
    {
      keyword,
      isSilent: disabled !== undefined,
      isBlocked: isNumberBlocked(valuesOf(allThreads({ thread, others }))),
    },
  );
  return { kind: "accepted", threadId, ...(conversationId && { conversationId }) };
};

interface Treatment {
  readonly keyword: Keyword | undefined;
  readonly isSilent: boolean;
  readonly isBlocked: boolean;
}

const receive = (
  ports: ReceivePorts,
  context: TextContext,
  { keyword, isSilent, isBlocked }: Treatment,
): Promise<ConversationId | undefined> => {
  if (isBlocked && (keyword === undefined || keyword === "help")) return receiveBlockedText(ports, context);
  if (keyword) return receiveKeyword(ports, { ...context, keyword, isSilent: isSilent || isBlocked, isBlocked });
  return isReaction(context.located.text.text) ? receiveReaction(ports, context) : addText(ports, context);
};

/** Whether the customer was opted out before this text. A redelivered text may be the one that ended the opt-out. */
const wasOptedOut = (threads: readonly Thread[], { provider, providerMessageId }: InboundText): boolean => {
  const messageId = inboundMessageId(provider, providerMessageId);
  const endedIt = ({ consent }: Thread) =>
    consent?.source.kind === "customer" && consent.source.messageId === messageId;
  return hasOptedOut(threads) || threads.some(endedIt);
};

/** @returns the newest conversation of the thread, which may be closed. */
const newestConversation = ({ conversations }: Pick<Ports, "conversations">, { id, lastNumber }: Thread) =>
  lastNumber === 0 ? undefined : conversations.find(conversationIdOf(id, lastNumber));
