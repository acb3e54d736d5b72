import type { Outcome } from "../carrier.ts";

/** The status and error codes of TeleSign that the twin knows. Source: TeleSign, all status and error codes. */
const DESCRIPTIONS = {
  200: "Delivered to handset",
  203: "Delivered to gateway",
  207: "Error delivering SMS to handset (reason unknown)",
  210: "Temporary phone error",
  211: "Permanent phone error",
  220: "Gateway/network cannot route message",
  229: "Message blocked by customer request",
  250: "Final status unknown",
  290: "Message in progress",
  500: "Transaction not attempted",
  503: "Carrier rejected - temporary problem",
  504: "Carrier rejected - permanent error",
  507: "Invalid destination address",
  509: "Parameters problem",
  510: "Message blocked by subscriber action or request",
  1500: "Delivered to customer",
  10000: "System Unavailable, Please try again later.",
  10009: "Missing required 'Authorization' header",
  10015: "Invalid Customer ID.",
  10017: "Customer ID / Reference ID not found",
  10019: "Rate Limit Exceeded",
  10022: "Invalid API Key.",
  10028: "Required 'Authorization' header is not in the correct format",
  11000: "Invalid value for parameter phone_number.",
  11004: "Invalid value for parameter callback_url",
  11009: "Invalid value for parameter message.",
  11013: "Invalid value for parameter sender_id.",
  11016: "Invalid value for parameter external_id",
  11017: "Invalid value for parameter message_type.",
  12000: "Missing Required Parameter phone_number",
  12009: "Missing Required Parameter message",
  12017: "Missing Required Parameter message_type",
} as const;

export type TelesignCode = keyof typeof DESCRIPTIONS;

export interface TelesignStatus {
  readonly code: number;
  readonly description: string;
  /** ISO 8601, UTC, to the microsecond. */
  readonly updated_on: string;
}

/**
 * @param at - milliseconds since the Unix epoch.
 * @param description - the documented one by default.
 */
export const statusOf = (code: number, at: number, description?: string): TelesignStatus => ({
  code,
  description: description ?? DESCRIPTIONS[code as TelesignCode] ?? `Status ${code}`,
  updated_on: timestamp(at),
});

/** The final status of an outcome. */
export const finalCode = (outcome: Outcome): number => {
  if (outcome.kind === "delivered") return 200;
  return outcome.kind === "opted-out" ? 510 : (outcome.code ?? 207);
};

/** A time in TeleSign's format. */
export const timestamp = (at: number): string => new Date(at).toISOString().replace("Z", "000Z");
