import { recordOptOut } from "../consent/record-opt-out.ts";
import type { TellDeps } from "../consent/sync-consent.ts";
import type { DeliveryChange } from "../conversation/message.ts";
import type { Messages } from "../conversation/messages.ts";
import { TransientError } from "../kernel/errors.ts";
import type { MessageId } from "../kernel/ids.ts";
import { type Now, secondsBetween } from "../kernel/instant.ts";
import type { OutboundRequest } from "../kernel/jobs.ts";
import type { Failure } from "../sms/failure.ts";
import type { DeliveryReport } from "../sms/provider.ts";
import { parseTag } from "./message-tag.ts";

export interface DeliveryDeps extends TellDeps {
  readonly messages: Messages;
  readonly now: Now;
}

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
export const recordDelivery = async (deps: DeliveryDeps, report: DeliveryReport): Promise<Recorded> => {
  const reply = (report.tag !== undefined && parseTag(report.tag)) || (await findByProviderId(deps, report));
  if (!reply) {
    if (secondsBetween(report.reportedAt, deps.now()) < EARLY_SECONDS) {
      throw new TransientError(`report of ${report.provider} is ahead of the record of its send`);
    }
    return { kind: "unknown-message" };
  }
  if (report.failure === "recipient-opted-out") await keepOptOut(deps, reply);
  const change = changeOf(deps, report);
  const moved = await deps.messages.advanceDelivery(reply.threadId, reply.messageId, change);
  if (moved === "unknown") return { kind: "unknown-message" };
  const { failure } = change;
  return {
    kind: "recorded",
    ...(moved === "moved" && failure && { failed: { messageId: reply.messageId, failure } }),
  };
};

/** Dated back to the reply: the report may come long after it, when the customer has opted in again. */
const keepOptOut = async (deps: DeliveryDeps, { threadId, messageId }: OutboundRequest): Promise<void> => {
  const message = await deps.messages.find(threadId, messageId);
  if (message) await recordOptOut(deps, threadId, message.at);
};

const findByProviderId = async (
  { messages }: DeliveryDeps,
  { provider, providerMessageId }: DeliveryReport,
): Promise<OutboundRequest | undefined> => {
  const message = await messages.findByProviderId(provider, providerMessageId);
  return message && { threadId: message.threadId, messageId: message.id };
};

const changeOf = ({ now }: DeliveryDeps, report: DeliveryReport): DeliveryChange => {
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
