import { presenceOf } from "../agent/agent.ts";
import type { OpenCounts } from "../conversation/conversations.ts";
import { type Instant, secondsBetween } from "../kernel/instant.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Presence } from "../settings/presence.ts";
import { queueOf } from "../settings/settings.ts";

/** What supervisors watch in a queue. */
export interface QueueFigures {
  readonly at: Instant;
  /** How many conversations of the queue are in each state; states without one are left out. */
  readonly conversations: OpenCounts;
  /** How long the oldest queued conversation has been in the queue, in seconds; undefined when none waits. */
  readonly longestWaitSeconds: number | undefined;
  /** How many members have each presence. An agent may be a member of several queues. */
  readonly members: Readonly<Partial<Record<Presence, number>>>;
  /** How many members have a presence that the queue allows, and free capacity. */
  readonly membersWithCapacity: number;
}

/** @throws TransientError when a store is unavailable. */
export const queueFigures = async (
  { agents, conversations, now, settings }: Pick<Ports, "agents" | "conversations" | "now" | "settings">,
  queueId: string,
): Promise<QueueFigures> => {
  const [snapshot, counts, { items }, members] = await Promise.all([
    settings.snapshot(),
    conversations.countOpen({ queueId }),
    conversations.openIn(queueId, { limit: 1 }),
    agents.membersOf(queueId),
  ]);
  const at = now();
  const [oldest] = items;
  const { allowedPresences } = queueOf(snapshot, queueId);
  const byPresence: Partial<Record<Presence, number>> = {};
  for (const member of members) {
    const presence = presenceOf(member, at);
    byPresence[presence] = (byPresence[presence] ?? 0) + 1;
  }
  return {
    at,
    conversations: counts,
    longestWaitSeconds: oldest?.state === "queued" ? Math.max(0, secondsBetween(oldest.queuedAt, at)) : undefined,
    members: byPresence,
    membersWithCapacity: members.filter(
      (member) => allowedPresences.includes(presenceOf(member, at)) && member.load < member.capacity,
    ).length,
  };
};
