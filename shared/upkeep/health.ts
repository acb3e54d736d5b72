import type { Caller } from "../kernel/caller.ts";
import type { Ports } from "../kernel/ports.ts";
import type { RoutingWorkflow } from "../routing/routing-workflow.ts";

/** One service that the app depends on, and whether it responds. */
export interface ServiceHealth {
  readonly name: string;
  readonly ok: boolean;
  /** Why it is not ok, for an operator: names and no values. */
  readonly reason?: string;
}

/** Checks that the services the app depends on respond. */
interface HealthCheck {
  /**
   * Checks all services at the same time, and remembers the result for a few seconds. A service that fails or does not
   * respond in time is down. Throws only what is a defect of the app.
   * @param workflow - of the present invocation.
   */
  check(workflow: Pick<RoutingWorkflow, "ping">): Promise<readonly ServiceHealth[]>;
}

/** Whether the app can do its work. */
export interface HealthReport {
  readonly status: "up" | "down";
  /** For authenticated callers only. */
  readonly checks?: readonly ServiceHealth[];
}

/** Reports whether every service responds, and to an authenticated caller which ones do not. */
export const reportHealth = async (
  { health, routingWorkflow }: Pick<Ports, "health" | "routingWorkflow">,
  caller?: Caller,
): Promise<HealthReport> => {
  const checks = await health.check(routingWorkflow);
  const status = checks.every(({ ok }) => ok) ? "up" : "down";
  return caller ? { status, checks } : { status };
};

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly health: HealthCheck;
  }
}
