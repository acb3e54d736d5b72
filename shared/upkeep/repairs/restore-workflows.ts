import type { Conversation } from "../../conversation/conversation.ts";
import { workItemIdOf } from "../../kernel/ids.ts";
import { workItemOf } from "../../kernel/jobs.ts";
import type { SweepRun } from "../sweep-run.ts";

/**
 * Ensures that each conversation in routing has a routing workflow, and that the workflow does not sleep past the end of
 * an offer.
 */
export const restoreWorkflows = async (run: SweepRun, inRouting: readonly Conversation[]): Promise<void> => {
  if (inRouting.length === 0) return;
  const running = await run.ports.routingWorkflow.running();
  for (const conversation of inRouting) await run.attempt(() => restoreWorkflow(run, conversation, running));
};

const restoreWorkflow = async (
  { ports, swept, graceStartedAt }: SweepRun,
  conversation: Conversation,
  running: ReadonlySet<string>,
): Promise<void> => {
  const workItemId = workItemIdOf(conversation.id, conversation.epoch);
  if (!running.has(workItemId)) {
    await ports.routingWorkflow.start(workItemOf(conversation));
    swept.workflowsStarted += 1;
  } else if (conversation.state === "offered" && conversation.offer.expiresAt < graceStartedAt) {
    await ports.routingWorkflow.notify(workItemId, { settled: false });
    swept.workflowsNotified += 1;
  }
};
