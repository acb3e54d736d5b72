import { isOptedOut, optOutFirstSaidBy } from "../consent/consent.ts";
import { recordOptOut } from "../consent/record-opt-out.ts";
import type { DeliveryChange, OutboundMessage } from "../conversation/message.ts";
import type { Thread } from "../conversation/thread.ts";
import { OutcomeUnknownError, TransientError } from "../kernel/errors.ts";
import { type Instant, secondsBetween } from "../kernel/instant.ts";
import type { OutboundRequest } from "../kernel/jobs.ts";
import type { Ports } from "../kernel/ports.ts";
import { type Channel, sendingRefusal } from "../settings/settings.ts";
import { canBeTexted } from "../sms/address.ts";
import type { Failure } from "../sms/failure.ts";
import { ChannelBusyError } from "../sms/pace.ts";
import type { OutboundText, ProviderName, SendResult } from "../sms/provider.ts";
import { tagOf } from "./message-tag.ts";

type SendPorts = Pick<
  Ports,
  | "conversations"
  | "agents"
  | "jobs"
  | "routingWorkflow"
  | "now"
  | "newId"
  | "threads"
  | "messages"
  | "settings"
  | "providers"
  | "pace"
  | "wait"
>;

/**
 * Sends a stored reply, once, when its channel's turn has come. Asked again for one that is on its way already, it does
 * nothing.
 * @param lastTry - nobody will ask again: what the provider does not take now has failed. One whose channel has too many
 * texts before it is asked for anew instead, behind those that were asked for meanwhile.
 * @returns why it failed, if it did.
 * @throws TransientError when it should be tried again: the provider is busy or down, the channel has too many texts to
 * send, or a store is unavailable or does not show the reply yet.
 */
export const sendReply = async (
  ports: SendPorts,
  request: OutboundRequest,
  lastTry: boolean,
): Promise<Failure | undefined> => {
  const first = await readFacts(ports, request);
  const waitSeconds = first.obstacle ? 0 : await turnOf(ports, first, lastTry);
  if (waitSeconds === undefined) return undefined;
  if (waitSeconds > 0) await ports.wait(waitSeconds);
  // What the customer has said meanwhile counts.
  const { message, thread, channel, obstacle } = waitSeconds > 0 ? await readFacts(ports, request) : first;
  if (message.state !== "queued") return undefined;
  // A provider that refuses for an opt-out speaks of one said before: a START that comes meanwhile is later.
  const handedAt = ports.now();
  const change =
    obstacle || !channel
      ? failed(obstacle ?? "channel-disabled")
      : await hand(ports, channel.provider, message, thread, lastTry);
  const { threadId, messageId } = request;
  if (change.failure === OPTED_OUT && !isOptedOut(thread)) await recordOptOut(ports, threadId, handedAt);
  await ports.messages.advanceDelivery(threadId, messageId, { ...change, at: ports.now() });
  return change.failure;
};

/** What is known of a reply that is to be sent. */
interface Facts {
  readonly message: OutboundMessage;
  readonly thread: Thread;
  readonly channel: Channel | undefined;
  /** Why it cannot be sent. */
  readonly obstacle: Failure | undefined;
}

const readFacts = async (ports: SendPorts, { threadId, messageId }: OutboundRequest): Promise<Facts> => {
  const [message, thread, settings] = await Promise.all([
    ports.messages.find(threadId, messageId),
    // The newest word on being texted counts, whoever took it in a moment ago.
    ports.threads.find(threadId, { newest: true }),
    ports.settings.snapshot(),
  ]);
  // Another process wrote them a moment ago: this one may read what was there before.
  if (message?.direction !== "outbound" || !thread) throw new TransientError(`reply ${messageId} is not there yet`);
  // Whoever has the number now sends from it: a channel may have got another number since the thread began.
  const channel = settings.channels.find(({ number }) => number === thread.value.channelNumber);
  return {
    message,
    thread: thread.value,
    channel,
    obstacle: sendingRefusal(settings, channel)?.kind ?? obstacleOf(thread.value, message, ports.now()),
  };
};

/** The seconds until a message may leave at its channel's pace; nothing when it was asked for anew. */
const turnOf = async (
  { pace, providers, jobs, now }: SendPorts,
  { message: { id, threadId, state, segments }, channel }: Facts,
  lastTry: boolean,
): Promise<number | undefined> => {
  if (state !== "queued" || !channel) return 0;
  const { id: channelId, numberType: type, provider } = channel;
  const perMinute = channel.segmentsPerMinute ?? providers[provider]?.capabilities.segmentsPerMinute[type];
  if (perMinute === undefined) return 0;
  try {
    return await pace.turn({ channelId, segments, perMinute, now: now() });
  } catch (error) {
    if (!lastTry || !(error instanceof ChannelBusyError)) throw error;
    await jobs.enqueueOutbound(threadId, id, now());
    return undefined;
  }
};

const OPTED_OUT = "recipient-opted-out";

type Outcome = Omit<DeliveryChange, "at">;

const failed = (failure: Failure): Outcome => ({ state: "failed", failure });

/**
 * How late the one text may go out that says to a customer who has just opted out that this was heard.
 * Source: 47 CFR 64.1200(a)(12).
 */
const CONFIRMATION_SECONDS = 300;

const obstacleOf = (thread: Thread, message: OutboundMessage, now: Instant): Failure | undefined => {
  if (isOptedOut(thread) && !confirms(message, thread, now)) return OPTED_OUT;
  return canBeTexted(thread.customer) ? undefined : "recipient-cannot-be-texted";
};

/** Says whether a text is the answer to the STOP that holds, in time. */
const confirms = ({ answeredKeyword: answers }: OutboundMessage, thread: Thread, now: Instant): boolean => {
  const optOut = answers?.keyword === "stop" ? optOutFirstSaidBy(thread, answers.messageId) : undefined;
  return optOut !== undefined && secondsBetween(optOut.changedAt, now) <= CONFIRMATION_SECONDS;
};

/** Hands a message over to its provider. */
const hand = async (
  ports: SendPorts,
  name: ProviderName,
  message: OutboundMessage,
  thread: Thread,
  lastTry: boolean,
): Promise<Outcome> => {
  const provider = ports.providers[name];
  if (!provider && lastTry) return failed("provider-unavailable");
  if (!provider) throw new TransientError(`provider ${name} is not set up`);
  const { retrySafety: repeats } = provider.capabilities;
  const takeBack = repeats === "idempotent" ? undefined : await noteAttempt(ports, message);
  try {
    return outcomeOf(name, await provider.send(outboundOf(message, thread)));
  } catch (error) {
    const isUnknown = error instanceof OutcomeUnknownError;
    if (error instanceof TransientError && !isUnknown) await takeBack?.();
    if (!lastTry && !(isUnknown && repeats === "unsafe")) throw error;
    return failed(isUnknown ? "outcome-unknown" : "provider-unavailable");
  }
};

const outboundOf = (
  { id, threadId, text, createdAt: at, attempts }: OutboundMessage,
  thread: Thread,
): OutboundText => ({
  ...{ messageId: id, from: thread.channelNumber, to: thread.customer, text, firstSentAt: at },
  ...(attempts && { previousAttempts: attempts }),
  tag: tagOf(threadId, id),
});

/**
 * Puts an attempt on record before it is made, where the provider could take a message twice: whoever comes after a
 * crash knows of it, and of two at the same time one is made.
 * @returns takes it off again, when it was surely in vain.
 */
const noteAttempt = async (
  { messages, now }: SendPorts,
  { id, threadId, attempts }: OutboundMessage,
): Promise<() => Promise<unknown>> => {
  const lastAt = now();
  const noted = { firstAt: attempts?.firstAt ?? lastAt, lastAt };
  if (await messages.recordAttempts(threadId, id, attempts, noted)) {
    return () => messages.recordAttempts(threadId, id, noted, attempts);
  }
  throw new TransientError(`reply ${id} is being sent at this moment`);
};

const outcomeOf = (provider: ProviderName, result: SendResult): Outcome => {
  switch (result.kind) {
    case "accepted":
      return { state: "sent", provider, providerMessageId: result.providerMessageId };
    case "refused":
      return { ...failed(result.failure), code: result.code };
    case "unknown":
      return failed("outcome-unknown");
    default:
      return result satisfies never;
  }
};
