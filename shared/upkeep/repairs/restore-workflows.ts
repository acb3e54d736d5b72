import type { Conversation } from "../../conversation/conversation.ts";
import { workItemIdOf } from "../../kernel/ids.ts";
import { workItemOf } from "../../kernel/jobs.ts";
import type { SweepRun } from "../sweep-run.ts";

/** Ensures that each conversation in routing has a routing workflow. */
export const restoreWorkflows = async (run: SweepRun, inRouting: readonly Conversation[]): Promise<void> => {
  if (inRouting.length === 0) return;
  const running = await run.ports.routingWorkflow.running();
  for (const conversation of inRouting) await run.attempt(() => restoreWorkflow(run, conversation, running));
};

const restoreWorkflow = async (
  { ports, swept }: SweepRun,
  conversation: Conversation,
  running: ReadonlySet<string>,
): Promise<void> => {
  const workItemId = workItemIdOf(conversation.id, conversation.epoch);
  if (running.has(workItemId)) return;
  await ports.routingWorkflow.start(workItemOf(conversation));
  swept.workflowsStarted += 1;
};
