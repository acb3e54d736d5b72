import { isOptedOut } from "../consent/consent.ts";
import { recordProviderOptOut } from "../consent/set-consent.ts";
import { changeConversation } from "../conversation/change-conversation.ts";
import type { DeliveryChange, OutboundMessage, Postponement } from "../conversation/message.ts";
import type { OutcomeUnknownError, TransientError } from "../kernel/errors.ts";
import { type Instant, secondsBetween } from "../kernel/instant.ts";
import type { OutboundRequest } from "../kernel/jobs.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Failure } from "../sms/failure.ts";
import { readOutgoing } from "./outgoing.ts";
import { behindPrevious, isPostponed, untilRetry, untilTurn } from "./postpone.ts";
import { failed, sendViaProvider } from "./send-via-provider.ts";

type SendPorts = Pick<
  Ports,
  "conversations" | "keyedHash" | "messages" | "now" | "pace" | "providers" | "settings" | "threads"
>;

/** The message is still queued: call `sendReply` again at `until`. `cause`: the error after which it is retried. */
interface Postponed {
  readonly kind: "postponed";
  readonly until: Instant;
  readonly cause?: TransientError | OutcomeUnknownError;
}

/**
 * The outcome of an attempt to send a message. `already-handled`: it was sent, failed or postponed before. `failed`: it
 * will not be sent, and this is recorded.
 */
export type SendOutcome =
  | { readonly kind: "sent" | "already-handled" }
  | { readonly kind: "failed"; readonly failure: Failure }
  | Postponed;

/**
 * Sends a stored message when the conversation's previous reply has left, and its channel's turn has come. Repeated calls
 * send it once.
 * @throws TransientError when a store is unavailable or does not show the message yet, or when another process is sending
 * it at this moment.
 */
export const sendReply = async (ports: SendPorts, request: OutboundRequest): Promise<SendOutcome> => {
  const { message: stored, thread, refusal, channel } = await readOutgoing(ports, request);
  const startedAt = ports.now();
  if (isHeldAt(startedAt, stored)) return { kind: "postponed", until: stored.sendAt };
  const message =
    stored.state === "held" ? await ports.messages.release(stored.threadId, stored.id, startedAt) : stored;
  if (message?.state !== "queued" || isPostponed(message, startedAt)) return { kind: "already-handled" };
  if (message.sendAt !== undefined) await endWait(ports, message);
  const early =
    channel &&
    ((await behindPrevious(ports, message, startedAt)) ?? (await untilTurn(ports, { message, channel }, startedAt)));
  if (early) return postpone(ports, message, early);
  const attempt = channel ? await sendViaProvider(ports, { message, thread, channel }) : failed(refusal);
  if (attempt.kind === "retry-later") {
    const { failure, cause } = attempt;
    const retry = untilRetry(message, ports.now());
    if (retry) return { ...(await postpone(ports, message, retry)), cause };
    return record(ports, request, failed(failure).change);
  }
  const { change } = attempt;
  // Dated back to the attempt: a START that arrives during the call is newer than the provider's refusal.
  if (change.failure === "recipient-opted-out" && !isOptedOut(thread)) {
    await recordProviderOptOut(ports, request.threadId, startedAt);
  }
  return record(ports, request, change);
};

/** How early a held reply may be sent, because the broker has another clock, in seconds. */
const EARLY_RELEASE_SECONDS = 1;

const isHeldAt = (now: Instant, message: OutboundMessage): message is OutboundMessage & { readonly sendAt: Instant } =>
  message.state === "held" &&
  message.sendAt !== undefined &&
  secondsBetween(now, message.sendAt) > EARLY_RELEASE_SECONDS;

/** Ends the customer's wait, which goes on while a reply is held. It may be called again: after a crash it is. */
const endWait = async (
  ports: Pick<Ports, "conversations" | "now">,
  { conversationId, createdAt }: OutboundMessage,
): Promise<void> => {
  if (conversationId) await changeConversation(ports, conversationId, { kind: "reply-found", at: createdAt });
};

/** Stored before the later delivery is requested: the sweep then knows when it is due, whatever happens to the request. */
const postpone = async (
  { messages }: Pick<Ports, "messages">,
  { threadId, id }: OutboundMessage,
  postponement: Postponement,
): Promise<Postponed> => {
  await messages.postpone(threadId, id, postponement);
  return { kind: "postponed", until: postponement.until };
};

const record = async (
  { messages, now }: Pick<Ports, "messages" | "now">,
  { threadId, messageId }: OutboundRequest,
  change: Omit<DeliveryChange, "at">,
): Promise<SendOutcome> => {
  await messages.advanceDelivery(threadId, messageId, { ...change, at: now() });
  return change.failure === undefined ? { kind: "sent" } : { kind: "failed", failure: change.failure };
};
