import type { Conversation } from "../../conversation/conversation.ts";
import { addSeconds, type Instant } from "../../kernel/instant.ts";
import { workItemOf } from "../../kernel/jobs.ts";
import { advanceRouting } from "../../routing/advance-routing.ts";
import { queueOf, type SettingsSnapshot } from "../../settings/settings.ts";
import type { SweepRun } from "../sweep-run.ts";

/**
 * Does what the routing workflow of a conversation should have done by now: expires its offer, or lets it overflow. So
 * an offer ends although the durable back end is down, or its workflow was lost.
 */
export const advanceOverdue = async (run: SweepRun, inRouting: readonly Conversation[]): Promise<void> => {
  const { ports, settings, graceStartedAt, swept } = run;
  for (const conversation of inRouting) {
    const dueAt = dueTime(settings, conversation);
    if (dueAt === undefined || dueAt >= graceStartedAt) continue;
    await run.attempt(async () => {
      await advanceRouting(ports, workItemOf(conversation));
      swept.workItemsAdvanced += 1;
    });
  }
};

/** @returns when the offer expires or the conversation overflows; undefined when time changes nothing. */
const dueTime = (settings: SettingsSnapshot, conversation: Conversation): Instant | undefined => {
  if (conversation.state === "offered") return conversation.offer.expiresAt;
  if (conversation.state !== "queued") return undefined;
  const { overflow } = queueOf(settings, conversation.queueId);
  return overflow && addSeconds(conversation.queuedAt, overflow.afterSeconds);
};
