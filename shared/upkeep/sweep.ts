import { type Conversation, isInRouting } from "../conversation/conversation.ts";
import { type Instant, secondsBetween } from "../kernel/instant.ts";
import { advanceOverdue } from "./repairs/advance-overdue.ts";
import { closeIfDue } from "./repairs/close-if-due.ts";
import { dispatchWaitingQueues } from "./repairs/dispatch-waiting-queues.ts";
import { enqueueUnsentReplies } from "./repairs/enqueue-unsent-replies.ts";
import { finishContactMoves } from "./repairs/finish-contact-moves.ts";
import { reclaimFromAbsent } from "./repairs/reclaim-from-absent.ts";
import { releaseStrayClaims } from "./repairs/release-stray-claims.ts";
import { restoreWorkflows } from "./repairs/restore-workflows.ts";
import { tidyWorkflows } from "./repairs/tidy-workflows.ts";
import { type SweepPorts, type SweepRun, type Swept, startRun } from "./sweep-run.ts";

/**
 * Repairs what a crash or an outage left behind, and closes what is due. Nothing else depends on it. A repair that fails
 * does not stop the others.
 * @returns the counts, and the errors of the parts that failed. The next sweep tries those again.
 * @throws TransientError when the settings cannot be read.
 */
export const sweep = async (
  ports: SweepPorts,
): Promise<{ readonly swept: Readonly<Swept>; readonly failures: readonly unknown[] }> => {
  const run = await startRun(ports);
  await Promise.all([
    run.attempt(() => enqueueUnsentReplies(run)),
    run.attempt(() => finishContactMoves(run)),
    run.attempt(() => sweepConversations(run)),
  ]);
  if (isHourly(run.now)) await run.attempt(() => tidyWorkflows(run));
  return { swept: run.swept, failures: run.failures };
};

/** A sweep runs every minute; for some work once an hour is enough. */
const isHourly = (now: Instant): boolean => new Date(now).getUTCMinutes() === 0;

const sweepConversations = async (run: SweepRun): Promise<void> => {
  const claimTokens = new Set<string>();
  const inRouting: Conversation[] = [];
  for await (const page of run.ports.conversations.open()) {
    for (const { value: conversation } of page) {
      if (conversation.claimToken !== undefined) claimTokens.add(conversation.claimToken);
      noteWaiting(run, conversation);
      await run.attempt(async () => {
        if (await closeIfDue(run, conversation)) return;
        await reclaimFromAbsent(run, conversation);
        if (isInRouting(conversation) && conversation.stateChangedAt < run.graceStartedAt) inRouting.push(conversation);
      });
    }
  }
  await run.attempt(() => advanceOverdue(run, inRouting));
  await run.attempt(() => dispatchWaitingQueues(run, inRouting));
  await run.attempt(() => restoreWorkflows(run, inRouting));
  await run.attempt(() => releaseStrayClaims(run, claimTokens));
};

const noteWaiting = ({ swept, now }: SweepRun, conversation: Conversation): void => {
  if (conversation.state !== "queued") return;
  const waitedSeconds = secondsBetween(conversation.queuedAt, now);
  swept.oldestWaitingSeconds = Math.max(swept.oldestWaitingSeconds, waitedSeconds);
};
