import type { Conversation } from "../../conversation/conversation.ts";
import type { SweepRun } from "../sweep-run.ts";

/** Dispatches each queue in which a conversation waits, in case a dispatch request was lost. */
export const dispatchWaitingQueues = async (
  { ports, swept }: SweepRun,
  inRouting: readonly Conversation[],
): Promise<void> => {
  const waiting = inRouting.filter(({ state }) => state === "queued");
  const queueIds = [...new Set(waiting.map(({ queueId }) => queueId))];
  await ports.jobs.enqueueDispatch(queueIds.map((queueId) => ({ queueId, cause: "sweep" })));
  swept.queuesDispatched = queueIds.length;
};
