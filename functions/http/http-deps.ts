import type { ReceiveEventDeps } from "../../shared/intake/process-event.ts";
import type { PartHealth } from "../../shared/upkeep/health.ts";

/** What the API's handlers use. */
export interface HttpDeps extends ReceiveEventDeps {
  readonly health: { check(): Promise<readonly PartHealth[]> };
}
