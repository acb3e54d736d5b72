import type { SweepRun } from "../sweep-run.ts";

/** Enqueues replies that were stored, held or postponed while the broker was unavailable. */
export const enqueueUnsentReplies = async ({ ports, swept, graceStartedAt }: SweepRun): Promise<void> => {
  const unsent = await ports.messages.unsentBefore(graceStartedAt);
  await Promise.all(
    unsent.map(({ threadId, id, postponed }) =>
      ports.jobs.enqueueOutbound(threadId, id, { postponedUntil: postponed?.until }),
    ),
  );
  swept.repliesEnqueued = unsent.length;
};
