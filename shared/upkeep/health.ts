import type { Caller } from "../kernel/caller.ts";
import type { Ports } from "../kernel/ports.ts";

/** One service that the app depends on, and whether it responds. */
export interface ServiceHealth {
  readonly name: string;
  readonly ok: boolean;
}

/** Checks that the services the app depends on respond. */
interface HealthCheck {
  /**
   * Sends a request to every service. One that fails or does not respond within 5 seconds is down.
   * Throws only what is a defect of the app.
   */
  check(): Promise<readonly ServiceHealth[]>;
}

/** Whether the app can do its work. */
export interface HealthReport {
  readonly status: "up" | "down";
  /** For administrators only. */
  readonly checks?: readonly ServiceHealth[];
}

/** Reports whether every service responds, and to an administrator which ones do not. */
export const reportHealth = async ({ health }: Pick<Ports, "health">, caller?: Caller): Promise<HealthReport> => {
  const checks = await health.check();
  const status = checks.every(({ ok }) => ok) ? "up" : "down";
  return caller?.roles.includes("Administrator") ? { status, checks } : { status };
};

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly health: HealthCheck;
  }
}
