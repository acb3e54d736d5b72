import { type DeliveryOutcome, failed } from "../delivery-outcome.ts";

/** Source: ACS SMS troubleshooting codes, 2024-07. */
const MEANINGS: Readonly<Record<string, DeliveryOutcome>> = {
  "2000": { outcome: "delivered" },
  "4000": failed("text-rejected"),
  "4001": failed("sender-not-allowed"),
  "4002": failed("number-invalid"),
  "4003": failed("number-unsupported"),
  "4004": failed("number-not-in-use"),
  "4005": failed("blocked-by-carrier"),
  "4006": failed("handset-unreachable"),
  "4007": failed("recipient-opted-out"),
  "4008": failed("too-many-texts"),
  "4009": failed("sender-not-allowed"),
  "4010": failed("sender-not-allowed"),
  "4020": failed("too-many-texts"),
  "5000": failed("unknown"),
  "5001": failed("provider-unavailable"),
  "5002": { outcome: "sent" },
  "9999": failed("unknown"),
};

/**
 * Says what a report means. The status counts, and the code says why: a code alone could be of an attempt that was
 * followed by a better one.
 * @param status - "Delivered", "Failed", or nothing.
 * @param details - free text that holds a code of four digits, most often.
 */
export const meaningOf = (
  status: string | undefined,
  details: string,
): { readonly meaning: DeliveryOutcome; readonly code?: string } => {
  const code = /\b\d{4}\b/.exec(details)?.[0];
  const known = code === undefined ? undefined : MEANINGS[code];
  const told = { ...(code !== undefined && { code }) };
  if (status?.toLowerCase() === "delivered") return { meaning: { outcome: "delivered" }, ...told };
  if (status === undefined || known?.outcome === "sent") return { meaning: { outcome: "sent" }, ...told };
  if (known?.outcome === "failed") return { meaning: known, ...told };
  // Older reports have words only.
  return { meaning: failed(/sender blocked/i.test(details) ? "recipient-opted-out" : "unknown"), ...told };
};
