import type { OutboundMessage, Postponement } from "../conversation/message.ts";
import { REPLICA_LAG_SECONDS } from "../conversation/messages.ts";
import { backoffSeconds } from "../kernel/backoff.ts";
import { addSeconds, type Instant, secondsBetween } from "../kernel/instant.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Channel } from "../settings/settings.ts";

/** How early a postponed message may arrive, because the broker has another clock. */
const EARLY_SECONDS = 5;

/** Whether another delivery of the message follows later. */
export const isPostponed = ({ postponed }: OutboundMessage, now: Instant): boolean =>
  postponed !== undefined && secondsBetween(now, postponed.until) > EARLY_SECONDS;

/**
 * Postpones a reply while the conversation's previous one is held or queued, so that it never overtakes it.
 * @returns undefined when it need not wait.
 * @throws TransientError when the store is unavailable.
 */
export const behindPrevious = async (
  ports: Pick<Ports, "messages">,
  message: OutboundMessage,
  now: Instant,
): Promise<Postponement | undefined> => {
  const { createdAt, postponed } = message;
  const previous = await findPrevious(ports, message);
  if (previous === "missing") {
    return secondsBetween(createdAt, now) < REPLICA_LAG_SECONDS ? laterThan(createdAt, postponed, now) : undefined;
  }
  if (previous?.state !== "queued" && previous?.state !== "held") return undefined;
  return laterThan(previous.postponed?.until ?? previous.sendAt ?? previous.createdAt, postponed, now);
};

/** Finds the previous reply that was not withdrawn. @returns `missing` when the store does not show one of them. */
const findPrevious = async (
  { messages }: Pick<Ports, "messages">,
  { threadId, after, createdAt }: OutboundMessage,
): Promise<OutboundMessage | "missing" | undefined> => {
  let [id, before] = [after, createdAt];
  while (id !== undefined) {
    const previous = await messages.find(threadId, id);
    if (!previous) return "missing";
    // A request that failed before its reply was stored, and was repeated after this reply: that one waits for this one.
    if (previous.direction !== "outbound" || previous.createdAt >= before) return undefined;
    if (previous.state !== "withdrawn") return previous;
    [id, before] = [previous.after, previous.createdAt];
  }
  return undefined;
};

/** Postpones until a second after `due` or, when `due` is over, for as long again. */
const laterThan = (due: Instant, before: Postponement | undefined, now: Instant): Postponement => ({
  ...before,
  until: due > now ? addSeconds(due, 1) : addSeconds(now, backoffSeconds(due, now)),
});

/**
 * Reserves the message's turn at its channel's pace, once, and postpones it until then.
 * @returns undefined when its turn has come.
 * @throws TransientError when the store is unavailable.
 */
export const untilTurn = async (
  { pace, providers }: Pick<Ports, "pace" | "providers">,
  { message: { segments, postponed }, channel }: { readonly message: OutboundMessage; readonly channel: Channel },
  now: Instant,
): Promise<Postponement | undefined> => {
  if (postponed?.turnAt !== undefined) return undefined;
  const { id: channelId, numberType, provider } = channel;
  const perMinute = channel.segmentsPerMinute ?? providers[provider]?.capabilities.segmentsPerMinute[numberType];
  if (perMinute === undefined) return undefined;
  const delaySeconds = await pace.reserve({ channelId, segments, perMinute, now });
  if (delaySeconds === 0) return undefined;
  const turnAt = addSeconds(now, delaySeconds);
  return { ...postponed, until: turnAt, turnAt };
};

/** How long a message is retried, in seconds, from its first attempt. */
const RETRY_SECONDS = 900;

/**
 * Postpones a message after an attempt that may be retried.
 * @returns undefined when it was retried long enough.
 */
export const untilRetry = ({ postponed }: OutboundMessage, now: Instant): Postponement | undefined => {
  const retryingSince = postponed?.retryingSince ?? now;
  if (secondsBetween(retryingSince, now) >= RETRY_SECONDS) return undefined;
  return { ...postponed, retryingSince, until: addSeconds(now, backoffSeconds(retryingSince, now)) };
};
