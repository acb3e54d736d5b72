import { type Conversation, holderOf, isInRouting } from "../conversation/conversation.ts";
import { TransientError } from "../kernel/errors.ts";
import { workItemIdOf } from "../kernel/ids.ts";
import { workItemOf } from "../kernel/jobs.ts";
import type { Ports } from "../kernel/ports.ts";
import { releaseCapacity } from "./release-capacity.ts";

type FollowUpPorts = Pick<Ports, "agents" | "jobs" | "routingWorkflow">;

/** The outcome of a follow-up. `left-to-sweep`: a store or the broker was unavailable; the sweep does the rest. */
export type FollowUp = { readonly kind: "done" } | { readonly kind: "left-to-sweep"; readonly cause: TransientError };

/**
 * Does what must follow after a conversation is written: releases the capacity of its earlier holder, starts routing
 * in a new epoch, and notifies the workflow that a work item has changed. Doing any of it twice does no harm.
 * @returns `left-to-sweep` when a part failed with a TransientError. Any other error is a defect, and is thrown.
 */
export const followUp = async (ports: FollowUpPorts, before: Conversation, after: Conversation): Promise<FollowUp> => {
  const results = await Promise.allSettled([
    releaseEarlierHolder(ports, before, after),
    after.epoch > before.epoch && startRouting(ports, after),
    notifyWorkflow(ports, before, after),
  ]);
  const causes: unknown[] = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  const defect = causes.find((cause) => !(cause instanceof TransientError));
  if (defect !== undefined) throw defect;
  const transient = causes.filter((reason) => reason instanceof TransientError);
  const cause = transient.find(({ isAccessRefused }) => isAccessRefused) ?? transient[0];
  return cause ? { kind: "left-to-sweep", cause } : { kind: "done" };
};

/**
 * Insists on the follow-up of a move. For callers that are redelivered, and whose redelivery makes up for it.
 * @throws TransientError when the follow-up was left to the sweep.
 */
export const requireFollowUp = (move: {
  readonly conversation: Pick<Conversation, "id">;
  readonly followUp: FollowUp;
}): void => {
  if (move.followUp.kind === "done") return;
  const message = `conversation ${move.conversation.id} was moved, but its follow-up is incomplete`;
  const { cause } = move.followUp;
  throw new TransientError(message, { cause, isAccessRefused: cause.isAccessRefused });
};

/** Enqueues the job that starts the routing workflow of a conversation in its present epoch. */
export const startRouting = ({ jobs }: Pick<Ports, "jobs">, conversation: Conversation): Promise<void> =>
  jobs.enqueueWorkItem(workItemOf(conversation));

const releaseEarlierHolder = async (ports: FollowUpPorts, before: Conversation, after: Conversation): Promise<void> => {
  const agentId = holderOf(before);
  const token = before.claimToken;
  if (agentId === undefined || token === undefined || token === after.claimToken) return;
  await releaseCapacity(ports, { agentId, conversationId: before.id, token });
};

const notifyWorkflow = async (
  { routingWorkflow }: FollowUpPorts,
  before: Conversation,
  after: Conversation,
): Promise<void> => {
  const isNewEpoch = after.epoch > before.epoch;
  if (!isInRouting(before) || (!isNewEpoch && after.state === before.state)) return;
  const settled = isNewEpoch || !isInRouting(after);
  const lookAt = !settled && after.state === "offered" ? { lookAt: after.offer.expiresAt } : {};
  await routingWorkflow.notify(workItemIdOf(before.id, before.epoch), { settled, ...lookAt });
};
