import type { ProviderName, SmsProvider } from "../../shared/sms/provider.ts";
import type { ReceiveEventDeps } from "../../shared/sms/receive-event.ts";

/** One thing that the app cannot do without, and whether it answers. */
export interface PartHealth {
  readonly part: string;
  readonly up: boolean;
}

/** What the API's handlers use. */
export interface HttpDeps extends ReceiveEventDeps {
  readonly providers: Readonly<Record<ProviderName, SmsProvider>>;
  readonly health: { check(): Promise<readonly PartHealth[]> };
}
