import type { Failure } from "../../shared/sms/failure.ts";

/** What a report says in a provider's own way, in ours. */
export type DeliveryOutcome =
  | { readonly outcome: "delivered" }
  /** It is on its way, or the carrier gives no reports: nothing has failed. */
  | { readonly outcome: "sent" }
  | { readonly outcome: "failed"; readonly failure: Failure };

export const failed = (failure: Failure): DeliveryOutcome => ({ outcome: "failed", failure });
