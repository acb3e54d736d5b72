/** One thing that the app cannot do without, and whether it answers. */
export interface ServiceHealth {
  readonly name: string;
  readonly ok: boolean;
}

/** Checks that the services the app depends on respond. */
export interface HealthCheck {
  /** A service that fails or does not respond in time is down. Throws only what is a defect of the app. */
  check(): Promise<readonly ServiceHealth[]>;
}

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly health: HealthCheck;
  }
}
