import { isOptedOut } from "../consent/consent.ts";
import { recordProviderOptOut } from "../consent/set-consent.ts";
import { TransientError } from "../kernel/errors.ts";
import type { OutboundRequest } from "../kernel/jobs.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Failure } from "../sms/failure.ts";
import type { PaceTurn } from "../sms/pace.ts";
import { type Outgoing, readOutgoing } from "./outgoing.ts";
import { failed, type RetryLater, sendViaProvider } from "./send-via-provider.ts";

type SendPorts = Pick<
  Ports,
  "conversations" | "keyedHash" | "messages" | "now" | "pace" | "providers" | "settings" | "threads" | "wait"
>;

/** The channel has so many texts to send that this one was not attempted. */
interface ChannelBusy {
  readonly kind: "channel-busy";
  readonly cause: TransientError;
}

/**
 * The outcome of an attempt to send a reply. `already-handled`: it was sent or failed before. `failed`: it will not be
 * sent, and this is recorded. After `retry-later` and `channel-busy` it is still queued: call `sendReply` again later,
 * or `giveUp`.
 */
export type SendOutcome =
  | { readonly kind: "sent" | "already-handled" }
  | { readonly kind: "failed"; readonly failure: Failure }
  | RetryLater
  | ChannelBusy;

/**
 * Sends a stored reply when its channel's turn has come. Repeated calls send it once.
 * @throws TransientError when a store is unavailable or does not show the reply yet, or when another process is sending
 * it at this moment.
 */
export const sendReply = async (ports: SendPorts, request: OutboundRequest): Promise<SendOutcome> => {
  const first = await readOutgoing(ports, request);
  const turn = await takeTurn(ports, first);
  if (turn.kind === "busy") {
    return { kind: "channel-busy", cause: new TransientError(`reply ${request.messageId}: its channel is busy`) };
  }
  const { delaySeconds } = turn;
  if (delaySeconds > 0) await ports.wait(delaySeconds);
  // The customer may have opted out during the wait.
  const { message, thread, refusal, channel } = delaySeconds > 0 ? await readOutgoing(ports, request) : first;
  if (message.state !== "queued") return { kind: "already-handled" };
  const startedAt = ports.now();
  const attempt = channel ? await sendViaProvider(ports, { message, thread, channel }) : failed(refusal);
  if (attempt.kind === "retry-later") return attempt;
  const { change } = attempt;
  const { threadId, messageId } = request;
  // Dated back to the attempt: a START that arrives during the call is newer than the provider's refusal.
  if (change.failure === "recipient-opted-out" && !isOptedOut(thread)) {
    await recordProviderOptOut(ports, threadId, startedAt);
  }
  await ports.messages.advanceDelivery(threadId, messageId, { ...change, at: ports.now() });
  return change.failure === undefined ? { kind: "sent" } : { kind: "failed", failure: change.failure };
};

/**
 * Settles a reply that will not be retried: records its failure, or, when its channel is busy, enqueues it again, behind
 * the replies that were enqueued in the meantime.
 * @throws TransientError when a store or the broker is unavailable.
 */
export const giveUp = async (
  { messages, jobs, now }: Pick<Ports, "messages" | "jobs" | "now">,
  { threadId, messageId }: OutboundRequest,
  outcome: RetryLater | ChannelBusy,
): Promise<{ readonly kind: "failed"; readonly failure: Failure } | { readonly kind: "re-queued" }> => {
  if (outcome.kind === "channel-busy") {
    await jobs.enqueueOutbound(threadId, messageId, now());
    return { kind: "re-queued" };
  }
  const { failure } = outcome;
  await messages.advanceDelivery(threadId, messageId, { state: "failed", failure, at: now() });
  return { kind: "failed", failure };
};

const AT_ONCE: PaceTurn = { kind: "turn", delaySeconds: 0 };

/** Reserves the message's turn at its channel's pace. */
const takeTurn = async (
  { pace, providers, now }: SendPorts,
  { message: { state, segments }, channel }: Outgoing,
): Promise<PaceTurn> => {
  if (state !== "queued" || !channel) return AT_ONCE;
  const { id: channelId, numberType, provider } = channel;
  const perMinute = channel.segmentsPerMinute ?? providers[provider]?.capabilities.segmentsPerMinute[numberType];
  return perMinute === undefined ? AT_ONCE : pace.turn({ channelId, segments, perMinute, now: now() });
};
