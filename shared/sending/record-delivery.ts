import { recordProviderOptOut } from "../consent/set-consent.ts";
import type { DeliveryChange } from "../conversation/message.ts";
import { TransientError } from "../kernel/errors.ts";
import type { MessageId } from "../kernel/ids.ts";
import { secondsBetween } from "../kernel/instant.ts";
import type { OutboundRequest } from "../kernel/jobs.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Failure } from "../sms/failure.ts";
import type { DeliveryReport } from "../sms/provider.ts";
import { parseTag } from "./message-tag.ts";

type DeliveryPorts = Pick<Ports, "conversations" | "keyedHash" | "messages" | "now" | "threads">;

/** How long a report without a tag may arrive before the send is recorded. */
const EARLY_SECONDS = 120;

/** The outcome of a report. `failedReply`: the reply that has failed by this report. */
export type Recorded =
  | { readonly kind: "unknown-message" }
  | { readonly kind: "recorded"; readonly reply: OutboundRequest; readonly failedReply?: FailedReply };

export interface FailedReply {
  readonly messageId: MessageId;
  readonly failure: Failure;
}

/**
 * Records a delivery report. A state never goes backwards, so reports may be repeated, late and out of order.
 * @throws TransientError when a store is unavailable, or the send is not recorded yet: the report must be delivered
 * again.
 */
export const recordDelivery = async (ports: DeliveryPorts, report: DeliveryReport): Promise<Recorded> => {
  const reply = (report.tag !== undefined && parseTag(report.tag)) || (await findByProviderId(ports, report));
  if (!reply) {
    if (secondsBetween(report.reportedAt, ports.now()) < EARLY_SECONDS) {
      throw new TransientError(`report of ${report.provider} came before its send is recorded`);
    }
    return { kind: "unknown-message" };
  }
  if (report.failure === "recipient-opted-out") await recordOptOut(ports, reply);
  const change = deliveryChangeOf(ports, report);
  const advanced = await ports.messages.advanceDelivery(reply.threadId, reply.messageId, change);
  if (advanced === "unknown") return { kind: "unknown-message" };
  if (advanced === "unmoved" || change.failure === undefined) return { kind: "recorded", reply };
  return { kind: "recorded", reply, failedReply: { messageId: reply.messageId, failure: change.failure } };
};

/** Dates the opt-out back to the reply: the customer may have opted in between the reply and its report. */
const recordOptOut = async (ports: DeliveryPorts, { threadId, messageId }: OutboundRequest): Promise<void> => {
  const message = await ports.messages.find(threadId, messageId);
  if (message) await recordProviderOptOut(ports, threadId, message.createdAt);
};

const findByProviderId = async (
  { messages }: DeliveryPorts,
  { provider, providerMessageId }: DeliveryReport,
): Promise<OutboundRequest | undefined> => {
  const message = await messages.findByProviderId(provider, providerMessageId);
  return message && { threadId: message.threadId, messageId: message.id };
};

const deliveryChangeOf = ({ now }: DeliveryPorts, report: DeliveryReport): DeliveryChange => {
  const { outcome, provider, providerMessageId, code } = report;
  const common = { at: now(), provider, providerMessageId };
  switch (outcome) {
    case "sent":
    case "delivered":
      return { ...common, state: outcome };
    case "failed":
      return { ...common, state: "failed", failure: report.failure ?? "unknown", ...(code !== undefined && { code }) };
    default:
      return outcome satisfies never;
  }
};
