import type { Conversation, OfferedConversation, QueuedConversation } from "../conversation/conversation.ts";
import { TransientError } from "../kernel/errors.ts";
import { addSeconds, type Instant } from "../kernel/instant.ts";
import { queueEntryOf, type WorkItem } from "../kernel/jobs.ts";
import type { Ports } from "../kernel/ports.ts";
import { type Queue, queueOf } from "../settings/settings.ts";
import { requireFollowUp } from "./follow-up.ts";
import { moveConversation } from "./move-conversation.ts";

type AdvancePorts = Pick<Ports, "conversations" | "agents" | "jobs" | "routingWorkflow" | "now" | "newId" | "settings">;

/** What an orchestration has to do next: end, or look again when something changes or `wakeAt` has come. */
export type RoutingStep = { readonly done: true } | { readonly done: false; readonly wakeAt?: Instant };

const DONE: RoutingStep = { done: true };

/**
 * Looks at a work item and does what is due: has its queue looked at, expires an offer, or lets it overflow. May run
 * twice, late or early: it reads the facts each time.
 * @throws TransientError when a store or the broker is unavailable, or the store does not show the item yet.
 */
export const advanceRouting = async (ports: AdvancePorts, item: WorkItem): Promise<RoutingStep> => {
  const stored = await ports.conversations.find(item.conversationId);
  // Another process wrote it a moment ago: this one may read what was there before.
  if (!stored || stored.value.epoch < item.epoch) throw new TransientError(`${item.conversationId} is not there yet`);
  const conversation = stored.value;
  if (conversation.epoch > item.epoch) return DONE;
  if (conversation.state === "queued") return advanceQueued(ports, conversation);
  if (conversation.state === "offered") return advanceOffered(ports, conversation);
  return DONE;
};

const advanceQueued = async (ports: AdvancePorts, conversation: QueuedConversation): Promise<RoutingStep> => {
  const queue = queueOf(await ports.settings.snapshot(), conversation.queueId);
  const overflowAt = overflowTime(queue, conversation);
  if (overflowAt !== undefined && overflowAt <= ports.now()) {
    const { id, epoch } = conversation;
    const move = await moveConversation(ports, id, { kind: "overflow", epoch, queueId: queue.overflow?.toQueueId });
    if (move.kind !== "moved") return advanceRouting(ports, asItem(conversation));
    requireFollowUp(move);
    return DONE;
  }
  const { queueId } = conversation;
  await ports.jobs.enqueueDispatch([{ queueId, cause: "entered", entry: queueEntryOf(conversation) }]);
  return { done: false, ...(overflowAt && { wakeAt: overflowAt }) };
};

const advanceOffered = async (ports: AdvancePorts, conversation: OfferedConversation): Promise<RoutingStep> => {
  const { id, epoch, offer, queueId } = conversation;
  if (ports.now() < offer.expiresAt) return { done: false, wakeAt: offer.expiresAt };
  // An incomplete follow-up does not stop this: only this run knows that the agent missed the offer.
  const move = await moveConversation(ports, id, { kind: "expire", epoch });
  if (move.kind === "moved" && queueOf(await ports.settings.snapshot(), queueId).inactiveOnMissedOffer) {
    await ports.agents.setInactive(offer.agentId, offer.offeredAt);
  }
  return advanceRouting(ports, asItem(conversation));
};

/** When a conversation that nobody took has waited too long in its queue. */
const overflowTime = (queue: Queue, { queuedAt }: QueuedConversation): Instant | undefined =>
  queue.overflow && addSeconds(queuedAt, queue.overflow.afterSeconds);

const asItem = ({ id, threadId, epoch }: Conversation): WorkItem => ({ conversationId: id, threadId, epoch });
