import { isInRouting } from "../../conversation/conversation.ts";
import { parseWorkItemId } from "../../kernel/ids.ts";
import { addSeconds } from "../../kernel/instant.ts";
import type { SweepRun } from "../sweep-run.ts";

/** How long the records of ended routing workflows are kept for diagnosis. */
const KEEP_ENDED_SECONDS = 86_400;

/** Ends routing workflows that missed that their conversation left routing, and removes records that are old enough. */
export const tidyWorkflows = async (run: SweepRun): Promise<void> => {
  const { routingWorkflow } = run.ports;
  for (const workItemId of await routingWorkflow.running()) {
    await run.attempt(async () => {
      if (!(await hasSettled(run, workItemId))) return;
      await routingWorkflow.notify(workItemId, { settled: true });
      run.swept.workflowsNotified += 1;
    });
  }
  run.swept.workflowsPurged = await routingWorkflow.purgeEndedBefore(addSeconds(run.now, -KEEP_ENDED_SECONDS));
};

const hasSettled = async ({ ports }: SweepRun, workItemId: string): Promise<boolean> => {
  const item = parseWorkItemId(workItemId);
  if (!item) return false;
  const conversation = (await ports.conversations.find(item.id))?.value;
  return conversation !== undefined && (conversation.epoch > item.epoch || !isInRouting(conversation));
};
