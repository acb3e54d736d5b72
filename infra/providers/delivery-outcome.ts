import type { Failure } from "../../shared/sms/failure.ts";

/** The outcome of a delivery report. `sent`: on its way, or the carrier gives no further reports. */
export type DeliveryOutcome =
  | { readonly outcome: "sent" | "delivered" }
  | { readonly outcome: "failed"; readonly failure: Failure };

export const failed = (failure: Failure): DeliveryOutcome => ({ outcome: "failed", failure });
