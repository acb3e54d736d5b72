import { isNumberBlocked } from "../consent/block.ts";
import { hasOptedOut, optOutStartedBy } from "../consent/consent.ts";
import type { OutboundMessage } from "../conversation/message.ts";
import { type SubscriberThreads, withOtherThreads } from "../conversation/subscriber-threads.ts";
import type { Thread } from "../conversation/thread.ts";
import { TransientError } from "../kernel/errors.ts";
import { type Instant, secondsBetween } from "../kernel/instant.ts";
import type { OutboundRequest } from "../kernel/jobs.ts";
import type { Ports } from "../kernel/ports.ts";
import { type Channel, disabledReason } from "../settings/settings.ts";
import { canBeTexted } from "../sms/address.ts";
import type { Failure } from "../sms/failure.ts";
import { isSameAddress } from "../sms/written-forms.ts";

/** A message that is to be sent: the channel that sends it, or the reason why it must not be sent. */
export type Outgoing = { readonly message: OutboundMessage; readonly thread: Thread } & (
  | { readonly channel: Channel; readonly refusal?: undefined }
  | { readonly channel?: undefined; readonly refusal: Failure }
);

/** @throws TransientError when a store is unavailable, or does not show yet what another process has just written. */
export const readOutgoing = async (
  ports: Pick<Ports, "keyedHash" | "messages" | "threads" | "settings" | "now">,
  { threadId, messageId }: OutboundRequest,
): Promise<Outgoing> => {
  const [message, stored, snapshot] = await Promise.all([
    ports.messages.find(threadId, messageId),
    ports.threads.find(threadId, NEWEST),
    ports.settings.snapshot(),
  ]);
  if (message?.direction !== "outbound" || !stored) throw new TransientError(`reply ${messageId} is not there yet`);
  const thread = stored.value;
  // By number, since a channel may have got another number after the thread began.
  const channel = snapshot.channels.find(({ number }) => isSameAddress(number, thread.channelNumber));
  const threads = await withOtherThreads(ports, thread, NEWEST);
  const refusal = disabledReason(snapshot, channel) ?? recipientRefusal(threads, message, ports.now());
  if (refusal !== undefined) return { message, thread, refusal };
  return channel ? { message, thread, channel } : { message, thread, refusal: "channel-disabled" };
};

/** An opt-out or a block counts from the moment it is stored. */
const NEWEST = { newest: true } as const;

const recipientRefusal = (threads: SubscriberThreads, message: OutboundMessage, now: Instant): Failure | undefined => {
  if (isNumberBlocked(threads)) return "recipient-blocked";
  if (hasOptedOut(threads) && !isOptOutConfirmation(message, threads, now)) return "recipient-opted-out";
  return canBeTexted(threads[0].customer) ? undefined : "recipient-cannot-be-texted";
};

/** How long after an opt-out its confirmation may still be sent. Source: 47 CFR 64.1200(a)(12). */
const CONFIRMATION_SECONDS = 300;

/** Whether a text may be sent although the customer has opted out: it is the reply to the STOP that holds, in time. */
const isOptOutConfirmation = (
  { answeredKeyword }: OutboundMessage,
  threads: SubscriberThreads,
  now: Instant,
): boolean => {
  if (answeredKeyword?.keyword !== "stop") return false;
  const optOut = optOutStartedBy(threads, answeredKeyword.messageId);
  return optOut !== undefined && secondsBetween(optOut.changedAt, now) <= CONFIRMATION_SECONDS;
};
