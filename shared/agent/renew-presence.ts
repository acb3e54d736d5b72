import type { AgentId } from "../kernel/ids.ts";
import { addSeconds, type Instant, secondsBetween } from "../kernel/instant.ts";
import type { Ports } from "../kernel/ports.ts";
import { limitsOf } from "../settings/settings.ts";
import { dispatchesFor, presenceOf } from "./agent.ts";

/** A presence is renewed at most this often: far less than the shortest lease, so that a lost request does no harm. */
export const RENEWAL_SECONDS = 45;

/** When this process last looked at the lease of each agent. A forgotten entry costs one more look. */
export interface PresenceRenewals {
  lastAt(id: AgentId): Instant | undefined;
  record(id: AgentId, at: Instant): void;
}

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly presenceRenewals: PresenceRenewals;
  }
}

/**
 * Renews the lease of an agent's presence after a request of the agent. The chosen presence stays as it is.
 * An agent whose lease had run out counts again, so its queues are dispatched.
 * @throws TransientError when a store or the broker is unavailable.
 */
export const renewPresence = async (
  {
    agents,
    jobs,
    now,
    settings,
    presenceRenewals,
  }: Pick<Ports, "agents" | "jobs" | "now" | "settings" | "presenceRenewals">,
  id: AgentId,
): Promise<void> => {
  const at = now();
  const lastAt = presenceRenewals.lastAt(id);
  if (lastAt !== undefined && secondsBetween(lastAt, at) < RENEWAL_SECONDS) return;
  const [agent, snapshot] = await Promise.all([agents.find(id), settings.snapshot()]);
  const believedUntil = addSeconds(at, limitsOf(snapshot).presenceLeaseSeconds);
  // Another process may have renewed it a moment ago.
  const isDue = !agent?.believedUntil || secondsBetween(agent.believedUntil, believedUntil) >= RENEWAL_SECONDS;
  if (agent && isDue) {
    await agents.renewPresence(id, believedUntil);
    const hadLapsed = presenceOf(agent, at) !== agent.presence;
    if (hadLapsed) await jobs.enqueueDispatch(dispatchesFor(agent, "presence"));
  }
  presenceRenewals.record(id, at);
};
