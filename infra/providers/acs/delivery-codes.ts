import { type DeliveryOutcome, failed } from "../delivery-outcome.ts";

/** Source: ACS SMS troubleshooting codes, 2024-07. */
const OUTCOMES: Readonly<Record<string, DeliveryOutcome>> = {
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
 * The outcome of a report and its code. The status decides and the code only explains: it may be that of an attempt
 * before a successful one.
 * @param status - "Delivered", "Failed" or undefined.
 * @param details - free text, which usually contains a code of four digits.
 */
export const outcomeOf = (
  status: string | undefined,
  details: string,
): DeliveryOutcome & { readonly code?: string } => {
  const code = /\b\d{4}\b/.exec(details)?.[0];
  const known = code === undefined ? undefined : OUTCOMES[code];
  return { ...outcomeBy(status, known, details), ...(code !== undefined && { code }) };
};

const outcomeBy = (
  status: string | undefined,
  known: DeliveryOutcome | undefined,
  details: string,
): DeliveryOutcome => {
  if (status?.toLowerCase() === "delivered") return { outcome: "delivered" };
  if (status === undefined || known?.outcome === "sent") return { outcome: "sent" };
  if (known?.outcome === "failed") return known;
  // Older reports have words in place of a code.
  return failed(/sender blocked/i.test(details) ? "recipient-opted-out" : "unknown");
};
