import { OutcomeUnknownError, TransientError } from "../errors.ts";
import type { Now } from "../instant.ts";
import type { OutboundRequest } from "../routing/wake-ups.ts";
import type { Settings } from "../settings/settings.ts";
import { canBeTexted } from "../sms/address.ts";
import type { Failure } from "../sms/failure.ts";
import type { ProviderName, Providers, SendResult, SmsProvider } from "../sms/provider.ts";
import { type ThreadId, threadIdSchema } from "./ids.ts";
import { type DeliveryChange, type MessageId, messageIdSchema, type OutboundMessage } from "./message.ts";
import type { Messages } from "./messages.ts";
import { recordOptOut } from "./record-opt-out.ts";
import { switchedOff } from "./reply.ts";
import type { TellDeps } from "./tell-consent.ts";
import { isOptedOut, type Thread } from "./thread.ts";

export interface SendDeps extends TellDeps {
  readonly messages: Messages;
  readonly settings: Settings;
  readonly providers: Providers;
  readonly now: Now;
}

/**
 * Sends a stored reply, once. Asked again for one that is on its way already, it does nothing.
 * @param lastTry - nobody will ask again: what cannot be sent now has failed.
 * @throws TransientError when it should be tried again: the provider is busy or down, or a store is unavailable or does
 * not show the reply yet.
 */
export const sendReply = async (
  deps: SendDeps,
  { threadId, messageId }: OutboundRequest,
  lastTry: boolean,
): Promise<void> => {
  const [message, thread, settings] = await Promise.all([
    deps.messages.find(threadId, messageId),
    // The newest word on being texted counts, whoever took it in a moment ago.
    deps.threads.find(threadId, { newest: true }),
    deps.settings.snapshot(),
  ]);
  // Another process wrote them a moment ago: this one may read what was there before.
  if (message?.direction !== "outbound" || !thread) throw new TransientError(`reply ${messageId} is not there yet`);
  if (message.state !== "queued") return;
  const channel = settings.channels.find(({ id }) => id === thread.value.channelId);
  const obstacle = switchedOff(settings, thread.value.channelId)?.kind ?? obstacleOf(thread.value);
  const change =
    obstacle || !channel
      ? failed(obstacle ?? "channel-disabled")
      : await hand(deps, channel.provider, message, thread.value, lastTry);
  if (change.failure === OPTED_OUT && !isOptedOut(thread.value)) await recordOptOut(deps, threadId, deps.now());
  await deps.messages.advanceDelivery(threadId, messageId, { ...change, at: deps.now() });
};

const OPTED_OUT = "recipient-opted-out";

type Outcome = Omit<DeliveryChange, "at">;

const failed = (failure: Failure): Outcome => ({ state: "failed", failure });

const obstacleOf = (thread: Thread): Failure | undefined => {
  if (isOptedOut(thread)) return OPTED_OUT;
  return canBeTexted(thread.customer) ? undefined : "recipient-cannot-be-texted";
};

const hand = async (
  deps: SendDeps,
  name: ProviderName,
  message: OutboundMessage,
  thread: Thread,
  lastTry: boolean,
): Promise<Outcome> => {
  const provider = deps.providers[name];
  try {
    if (!provider) throw new TransientError(`provider ${name} is not set up`);
    return outcomeOf(name, await handOver(deps, provider, message, thread));
  } catch (error) {
    const isUnknown = error instanceof OutcomeUnknownError;
    if (!lastTry && !(isUnknown && provider?.abilities.repeats === "once")) throw error;
    return failed(isUnknown ? "outcome-unknown" : "provider-unavailable");
  }
};

/**
 * Hands a message over. Where the provider could take it twice, an attempt is on record before it is made, so that
 * whoever comes after a crash knows of it.
 */
const handOver = async (
  { messages, now }: SendDeps,
  provider: SmsProvider,
  { id, threadId, text, at, attemptedAt }: OutboundMessage,
  thread: Thread,
): Promise<SendResult> => {
  const outbound = {
    ...{ messageId: id, from: thread.channelNumber, to: thread.customer, text, firstSentAt: at },
    tag: tagOf(threadId, id),
  };
  if (provider.abilities.repeats === "idempotent") return provider.send(outbound);
  if (attemptedAt === undefined) await messages.noteAttempt(threadId, id, now());
  try {
    return await provider.send({ ...outbound, ...(attemptedAt !== undefined && { triedAt: attemptedAt }) });
  } catch (error) {
    const isSurelyVain = error instanceof TransientError && !(error instanceof OutcomeUnknownError);
    if (isSurelyVain && attemptedAt === undefined) await messages.noteAttempt(threadId, id, undefined);
    throw error;
  }
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

/** What a provider is asked to say again in its report, so that the reply is found without a search. */
export const tagOf = (threadId: ThreadId, messageId: MessageId): string => `${threadId}/${messageId}`;

/** Reads a tag that `tagOf` made; nothing for any other. */
export const parseTag = (tag: string): OutboundRequest | undefined => {
  const [thread, message, ...rest] = tag.split("/");
  const threadId = threadIdSchema.safeParse(thread);
  const messageId = messageIdSchema.safeParse(message);
  if (!threadId.success || !messageId.success || rest.length > 0) return undefined;
  return { threadId: threadId.data, messageId: messageId.data };
};
