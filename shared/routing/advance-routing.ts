import type { OfferedConversation, QueuedConversation } from "../conversation/conversation.ts";
import { TransientError } from "../kernel/errors.ts";
import { addSeconds, type Instant } from "../kernel/instant.ts";
import { type DispatchRequest, queueEntryOf, type WorkItem, workItemOf } from "../kernel/jobs.ts";
import type { Ports } from "../kernel/ports.ts";
import { type Queue, queueOf } from "../settings/settings.ts";
import { requireFollowUp } from "./follow-up.ts";
import { declineEnd } from "./match.ts";
import { moveConversation } from "./move-conversation.ts";

type AdvancePorts = Pick<Ports, "conversations" | "agents" | "jobs" | "routingWorkflow" | "now" | "newId" | "settings">;

/** What the routing workflow does next: it ends, or sleeps until a change or `wakeAt`. */
export type RoutingStep = { readonly done: true } | { readonly done: false; readonly wakeAt?: Instant };

const DONE: RoutingStep = { done: true };

/**
 * Does what is due for a work item: dispatches its queue, expires its offer, or lets it overflow. It reads the facts
 * each time, so it may run twice, late or early.
 * @throws TransientError when a store or the broker is unavailable, the store does not show the work item yet, or the
 * follow-up of an overflow is incomplete.
 */
export const advanceRouting = async (ports: AdvancePorts, item: WorkItem): Promise<RoutingStep> => {
  const stored = await ports.conversations.find(item.conversationId);
  // Another process wrote it a moment ago, and this read may come from a replica that lags.
  if (!stored || stored.value.epoch < item.epoch) {
    throw new TransientError(`conversation ${item.conversationId} is not visible yet`);
  }
  const conversation = stored.value;
  if (conversation.epoch > item.epoch) return DONE;
  if (conversation.state === "queued") return advanceQueued(ports, conversation);
  if (conversation.state === "offered") return advanceOffered(ports, conversation);
  return DONE;
};

const advanceQueued = async (ports: AdvancePorts, conversation: QueuedConversation): Promise<RoutingStep> => {
  const queue = queueOf(await ports.settings.snapshot(), conversation.queueId);
  const now = ports.now();
  const overflowAt = overflowTime(queue, conversation);
  if (overflowAt !== undefined && overflowAt <= now) return overflow(ports, conversation, queue);
  await ports.jobs.enqueueDispatch([dispatchRequestFor(conversation)]);
  const wakeAt = earliest([overflowAt, ...conversation.declines.map((decline) => declineEnd(decline, queue))], now);
  return { done: false, ...(wakeAt && { wakeAt }) };
};

/** While there are declines, time alone may have changed who is eligible: an earlier evaluation does not count. */
const dispatchRequestFor = (conversation: QueuedConversation): DispatchRequest => {
  const { queueId, declines } = conversation;
  return declines.length > 0
    ? { queueId, cause: "declined" }
    : { queueId, cause: "entered", entry: queueEntryOf(conversation) };
};

/** @returns the earliest of the moments that are still to come. */
const earliest = (moments: readonly (Instant | undefined)[], now: Instant): Instant | undefined =>
  moments.filter((moment) => moment !== undefined && moment > now).toSorted()[0];

const overflow = async (ports: AdvancePorts, conversation: QueuedConversation, queue: Queue): Promise<RoutingStep> => {
  const { id, epoch } = conversation;
  const move = await moveConversation(ports, id, { kind: "overflow", epoch, queueId: queue.overflow?.toQueueId });
  if (move.kind !== "moved") return advanceRouting(ports, workItemOf(conversation));
  requireFollowUp(move);
  return DONE;
};

const advanceOffered = async (ports: AdvancePorts, conversation: OfferedConversation): Promise<RoutingStep> => {
  const { id, epoch, offer, queueId } = conversation;
  if (ports.now() < offer.expiresAt) return { done: false, wakeAt: offer.expiresAt };
  // An incomplete follow-up does not stop this: only this run knows that the agent missed the offer.
  const move = await moveConversation(ports, id, { kind: "expire", epoch });
  if (move.kind === "moved" && queueOf(await ports.settings.snapshot(), queueId).inactiveOnMissedOffer) {
    await ports.agents.setInactive(offer.agentId, offer.offeredAt);
  }
  return advanceRouting(ports, workItemOf(conversation));
};

const overflowTime = (queue: Queue, { queuedAt }: QueuedConversation): Instant | undefined =>
  queue.overflow && addSeconds(queuedAt, queue.overflow.afterSeconds);
