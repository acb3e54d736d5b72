import type { AgentId } from "../kernel/ids.ts";
import { type Instant, secondsBetween } from "../kernel/instant.ts";
import type { Ports } from "../kernel/ports.ts";
import { requestsPerMinuteOf } from "../settings/settings.ts";

/** What a caller may still request at once, as it was at a moment. It grows with time, up to the limit of a minute. */
export interface Allowance {
  readonly requests: number;
  readonly at: Instant;
}

/**
 * The allowances of the callers of this process.
 *
 * @remarks Each process has its own, so that a request costs no store anything: with n processes a caller may make up to n
 * times as many requests. A forgotten entry counts as a full allowance.
 */
export interface Allowances {
  find(id: AgentId): Allowance | undefined;
  record(id: AgentId, allowance: Allowance): void;
}

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly allowances: Allowances;
  }
}

/** More than sums of fractions of requests are off by. */
const ROUNDING = 1e-6;

/**
 * Counts a request of a caller that sends or exports, if the organisation's `requestsPerMinute` allows it.
 * @returns the seconds after which the caller may try again; 0 when the request is allowed.
 */
export const takeRequest = async (
  { allowances, now, settings }: Pick<Ports, "allowances" | "now" | "settings">,
  id: AgentId,
): Promise<number> => {
  const perMinute = requestsPerMinuteOf(await settings.snapshot());
  const at = now();
  const before = allowances.find(id) ?? { requests: perMinute, at };
  const perSecond = perMinute / 60;
  const requests = Math.min(perMinute, before.requests + Math.max(0, secondsBetween(before.at, at)) * perSecond);
  const missing = 1 - requests;
  if (missing > ROUNDING) return Math.ceil(missing / perSecond - ROUNDING);
  allowances.record(id, { requests: requests - 1, at });
  return 0;
};
