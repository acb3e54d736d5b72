import type { DeliveryChange, OutboundMessage } from "../conversation/message.ts";
import type { Thread } from "../conversation/thread.ts";
import { OutcomeUnknownError, TransientError } from "../kernel/errors.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Channel } from "../settings/settings.ts";
import type { Failure } from "../sms/failure.ts";
import type { OutboundText, ProviderName, SendResult } from "../sms/provider.ts";
import { tagOf } from "./message-tag.ts";

type ProviderPorts = Pick<Ports, "providers" | "messages" | "now">;

/** A message with all that its provider needs to know. */
interface Sendable {
  readonly message: OutboundMessage;
  readonly thread: Thread;
  readonly channel: Channel;
}

/** The provider has decided; `change` is to be recorded. */
interface Decided {
  readonly kind: "decided";
  readonly change: Omit<DeliveryChange, "at">;
}

/** The reply is still queued. `failure` is to be recorded when no retry follows. */
export interface RetryLater {
  readonly kind: "retry-later";
  readonly cause: TransientError | OutcomeUnknownError;
  readonly failure: Failure;
}

export const failed = (failure: Failure): Decided => ({ kind: "decided", change: { state: "failed", failure } });

/**
 * Makes one attempt to send a message through its channel's provider. It records nothing of the result.
 * @throws TransientError when another process is making an attempt at this moment, or the store is unavailable.
 */
export const sendViaProvider = async (ports: ProviderPorts, sendable: Sendable): Promise<Decided | RetryLater> => {
  const {
    message,
    channel: { provider: name },
  } = sendable;
  const provider = ports.providers[name];
  if (!provider) return unavailable(new TransientError(`provider ${name} is not set up`));
  const { retrySafety } = provider.capabilities;
  const attempt = retrySafety === "idempotent" ? undefined : await recordAttempt(ports, message);
  try {
    return decisionOf(name, await provider.send(outboundTextOf(sendable)));
  } catch (cause) {
    if (cause instanceof TransientError) {
      await attempt?.undo();
      return unavailable(cause);
    }
    if (!(cause instanceof OutcomeUnknownError)) throw cause;
    return retrySafety === "unsafe"
      ? failed("outcome-unknown")
      : { kind: "retry-later", cause, failure: "outcome-unknown" };
  }
};

const unavailable = (cause: TransientError): RetryLater => ({
  kind: "retry-later",
  cause,
  failure: "provider-unavailable",
});

const outboundTextOf = ({
  message: { id, threadId, text, createdAt, attempts },
  thread: { customer, writtenFrom },
  channel,
}: Sendable): OutboundText => ({
  messageId: id,
  from: channel.number,
  to: writtenFrom?.address ?? customer,
  text,
  firstSentAt: createdAt,
  ...(attempts && { previousAttempts: attempts }),
  tag: tagOf(threadId, id),
});

/**
 * Records an attempt before it is made, for a provider that could send a text twice: an attempt after a crash then
 * knows of this one, and of two concurrent attempts only one is made.
 * @returns `undo` removes the record of an attempt that is certain to have had no effect.
 */
const recordAttempt = async (
  { messages, now }: ProviderPorts,
  { id, threadId, attempts }: OutboundMessage,
): Promise<{ readonly undo: () => Promise<unknown> }> => {
  const lastAt = now();
  const recorded = { firstAt: attempts?.firstAt ?? lastAt, lastAt };
  if (!(await messages.recordAttempts(threadId, id, { before: attempts, after: recorded }))) {
    throw new TransientError(`reply ${id} is being sent by another process`);
  }
  return { undo: () => messages.recordAttempts(threadId, id, { before: recorded, after: attempts }) };
};

const decisionOf = (provider: ProviderName, result: SendResult): Decided => {
  switch (result.kind) {
    case "accepted":
      return {
        kind: "decided",
        change: { state: "sent", provider, providerMessageId: result.providerMessageId },
      };
    case "refused":
      return { kind: "decided", change: { state: "failed", failure: result.failure, code: result.code } };
    case "unknown":
      return failed("outcome-unknown");
    default:
      return result satisfies never;
  }
};
