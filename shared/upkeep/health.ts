/** One thing that the app cannot do without, and whether it answers. */
export interface ServiceHealth {
  readonly name: string;
  readonly ok: boolean;
}

/** Checks that the services the app depends on respond. */
export interface HealthCheck {
  /** Never throws: a part that does not respond in time is down. */
  check(): Promise<readonly ServiceHealth[]>;
}

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly health: HealthCheck;
  }
}
