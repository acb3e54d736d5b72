import type { PartHealth } from "../../shared/health.ts";
import type { ReceiveEventDeps } from "../../shared/sms/receive-event.ts";

/** What the API's handlers use. */
export interface HttpDeps extends ReceiveEventDeps {
  readonly health: { check(): Promise<readonly PartHealth[]> };
}
