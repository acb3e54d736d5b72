import { inboundMessageId } from "../conversation/message.ts";
import { TransientError } from "../kernel/errors.ts";
import type { ConversationId, MessageId, ThreadId } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import { type FailedReply, recordDelivery } from "../sending/record-delivery.ts";
import type { Parsed, SmsProvider } from "../sms/provider.ts";
import type { ProviderEvent } from "./provider-events.ts";
import type { Quarantined, QuarantineReason } from "./quarantine.ts";
import { receiveText } from "./receive-text.ts";

export type ApplyEventPorts = Pick<
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

interface Processed {
  readonly kind: "processed";
  /** The message of the event, and where it belongs; a keyword belongs to no conversation. */
  readonly about: {
    readonly threadId: ThreadId;
    readonly conversationId?: ConversationId;
    readonly messageId: MessageId;
  };
  /** The reply that has failed by this event. */
  readonly failedReply?: FailedReply;
}

/** The outcome of an event. */
export type EventOutcome = Processed | { readonly kind: "quarantined"; readonly reason: QuarantineReason };

/**
 * Processes an event of a provider. One that cannot be processed is quarantined, so a redelivery would not help.
 * @throws TransientError when it must be delivered again.
 */
export const processEvent = async (
  ports: ApplyEventPorts & Pick<Ports, "quarantine">,
  event: ProviderEvent,
): Promise<EventOutcome> => {
  const applied = await applyEvent(ports, event);
  if (applied.kind === "processed") return applied;
  const { kind: _, ...problem } = applied;
  await ports.quarantine.keep({
    id: quarantineIdOf(ports, event),
    source: event.source,
    provider: event.provider,
    ...problem,
    original: event.event,
    quarantinedAt: ports.now(),
  });
  return { kind: "quarantined", reason: problem.reason };
};

type Applied = Processed | ({ readonly kind: "unprocessable" } & Pick<Quarantined, "reason" | "detail">);

/**
 * Applies an event, without quarantining it.
 * @throws TransientError when it must be applied again.
 */
export const applyEvent = async (
  ports: ApplyEventPorts,
  { provider: name, source, event }: ProviderEvent,
): Promise<Applied> => {
  const provider = ports.providers[name];
  if (!provider) throw new TransientError(`provider ${name} is not set up`);
  switch (source) {
    case "sms-received":
      return applyText(ports, provider, event);
    case "sms-delivery-report":
      return applyReport(ports, provider, event);
    default:
      return source satisfies never;
  }
};

const applyText = async (ports: ApplyEventPorts, provider: SmsProvider, event: unknown): Promise<Applied> => {
  const parsed = provider.parseReceived(event);
  if (parsed.kind === "unreadable") return unreadable(parsed);
  const received = await receiveText(ports, parsed.value);
  if (received.kind !== "accepted") return { kind: "unprocessable", reason: received.kind };
  const { kind: _, ...place } = received;
  const messageId = inboundMessageId(parsed.value.provider, parsed.value.providerMessageId);
  return { kind: "processed", about: { ...place, messageId } };
};

const applyReport = async (ports: ApplyEventPorts, provider: SmsProvider, event: unknown): Promise<Applied> => {
  const parsed = provider.parseReport(event);
  if (parsed.kind === "unreadable") return unreadable(parsed);
  const recorded = await recordDelivery(ports, parsed.value);
  if (recorded.kind === "unknown-message") return { kind: "unprocessable", reason: recorded.kind };
  const { reply, failedReply } = recorded;
  return { kind: "processed", about: reply, ...(failedReply && { failedReply }) };
};

const unreadable = ({ reason }: Extract<Parsed<unknown>, { kind: "unreadable" }>): Applied => ({
  kind: "unprocessable",
  reason: "unreadable",
  detail: reason,
});

/** Hashes the event's id, which may have any form, or the whole event when it has no id. */
const quarantineIdOf = ({ keyedHash }: Pick<Ports, "keyedHash">, { provider, event }: ProviderEvent): string => {
  const id = typeof event === "object" && event !== null && "id" in event ? event.id : undefined;
  const identity = typeof id === "string" && id !== "" ? id : JSON.stringify(event ?? null);
  return keyedHash(`${provider}|${identity}`).slice(0, 32);
};
