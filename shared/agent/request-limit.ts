import type { AgentId } from "../kernel/ids.ts";
import { type Instant, secondsBetween } from "../kernel/instant.ts";
import type { Ports } from "../kernel/ports.ts";
import { limitsOf } from "../settings/settings.ts";

/** When a caller made the requests of the last minute, oldest first. */
export type RecentRequests = readonly Instant[];

/**
 * The recent requests of the callers of this process.
 *
 * @remarks Each process has its own, so that a request needs no store: with n processes a caller may make up to n times as
 * many requests. A forgotten entry counts as no requests.
 */
export interface RequestLog {
  find(id: AgentId): RecentRequests | undefined;
  record(id: AgentId, requests: RecentRequests): void;
}

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly requestLog: RequestLog;
  }
}

const MINUTE = 60;

/**
 * Counts a request of a caller that sends or exports, if the organisation's `requestsPerMinute` allows it: no minute has
 * more requests.
 * @returns the seconds after which the caller may try again; 0 when the request is allowed.
 */
export const takeRequest = async (
  { requestLog, now, settings }: Pick<Ports, "requestLog" | "now" | "settings">,
  id: AgentId,
): Promise<number> => {
  const { requestsPerMinute } = limitsOf(await settings.snapshot());
  const at = now();
  const recent = (requestLog.find(id) ?? []).filter((earlier) => secondsBetween(earlier, at) < MINUTE);
  const first = recent.at(-requestsPerMinute);
  if (recent.length >= requestsPerMinute && first !== undefined) return Math.ceil(MINUTE - secondsBetween(first, at));
  requestLog.record(id, [...recent, at]);
  return 0;
};
