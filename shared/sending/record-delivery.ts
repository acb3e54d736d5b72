import { recordOptOut } from "../consent/record-opt-out.ts";
import type { DeliveryChange } from "../conversation/message.ts";
import { TransientError } from "../kernel/errors.ts";
import type { MessageId } from "../kernel/ids.ts";
import { secondsBetween } from "../kernel/instant.ts";
import type { OutboundRequest } from "../kernel/jobs.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Failure } from "../sms/failure.ts";
import type { DeliveryReport } from "../sms/provider.ts";
import { parseTag } from "./message-tag.ts";

type DeliveryPorts = Pick<
  Ports,
  "conversations" | "agents" | "jobs" | "routingWorkflow" | "now" | "newId" | "threads" | "messages"
>;

/** How long a report without a tag may be ahead of the record of its send. */
const EARLY_SECONDS = 120;

/** What became of a report. `unknown-message`: no reply is known that it could be about. */
export type Recorded =
  | { readonly kind: "unknown-message" }
  /** `failed`: the reply that has failed by this report. */
  | { readonly kind: "recorded"; readonly failed?: FailedReply };

/** A reply that has failed, and why. */
export interface FailedReply {
  readonly messageId: MessageId;
  readonly failure: Failure;
}

/**
 * Keeps what became of a reply. The state never goes backwards, so reports may come twice, late and out of order.
 * @throws TransientError when a store is unavailable, or the send is not recorded yet: the report must come again.
 */
export const recordDelivery = async (ports: DeliveryPorts, report: DeliveryReport): Promise<Recorded> => {
  const reply = (report.tag !== undefined && parseTag(report.tag)) || (await findByProviderId(ports, report));
  if (!reply) {
    if (secondsBetween(report.reportedAt, ports.now()) < EARLY_SECONDS) {
      throw new TransientError(`report of ${report.provider} is ahead of the record of its send`);
    }
    return { kind: "unknown-message" };
  }
  if (report.failure === "recipient-opted-out") await keepOptOut(ports, reply);
  const change = changeOf(ports, report);
  const moved = await ports.messages.advanceDelivery(reply.threadId, reply.messageId, change);
  if (moved === "unknown") return { kind: "unknown-message" };
  const { failure } = change;
  return {
    kind: "recorded",
    ...(moved === "moved" && failure && { failed: { messageId: reply.messageId, failure } }),
  };
};

/** Dated back to the reply: the report may come long after it, when the customer has opted in again. */
const keepOptOut = async (ports: DeliveryPorts, { threadId, messageId }: OutboundRequest): Promise<void> => {
  const message = await ports.messages.find(threadId, messageId);
  if (message) await recordOptOut(ports, threadId, message.createdAt);
};

const findByProviderId = async (
  { messages }: DeliveryPorts,
  { provider, providerMessageId }: DeliveryReport,
): Promise<OutboundRequest | undefined> => {
  const message = await messages.findByProviderId(provider, providerMessageId);
  return message && { threadId: message.threadId, messageId: message.id };
};

const changeOf = ({ now }: DeliveryPorts, report: DeliveryReport): DeliveryChange => {
  const { code } = report;
  const common = { at: now(), provider: report.provider, providerMessageId: report.providerMessageId };
  switch (report.outcome) {
    case "delivered":
      return { ...common, state: "delivered" };
    case "failed":
      return { ...common, state: "failed", failure: report.failure ?? "unknown", ...(code !== undefined && { code }) };
    case "sent":
      return { ...common, state: "sent" };
    default:
      return report.outcome satisfies never;
  }
};
