import type { Failure } from "../../../shared/sms/failure.ts";
import { type DeliveryOutcome, failed } from "../delivery-outcome.ts";

/** Failures by the status of a transaction. Source: TeleSign, all status and error codes. */
const FAILURES: Readonly<Record<number, Failure>> = {
  207: "unknown",
  210: "handset-unreachable", // temporary phone error
  211: "number-not-in-use", // permanent phone error
  220: "number-unsupported", // no route
  221: "handset-unreachable", // expired in transit
  222: "number-unsupported",
  229: "recipient-opted-out",
  230: "text-rejected", // blocked by TeleSign
  231: "text-rejected", // content
  233: "text-rejected", // risk
  237: "number-unsupported", // country
  238: "number-unsupported", // prefix
  500: "provider-unavailable", // not attempted
  501: "sender-not-allowed",
  502: "sender-not-allowed", // campaign
  503: "provider-unavailable", // temporary carrier error
  504: "blocked-by-carrier", // permanent carrier error
  505: "provider-unavailable",
  506: "blocked-by-carrier",
  507: "number-invalid",
  508: "sender-not-allowed", // invalid source address
  509: "unknown", // invalid parameter
  510: "recipient-opted-out",
  511: "sender-not-allowed", // no credit
  512: "handset-unreachable", // roaming
  513: "number-unsupported", // ported to another carrier
  514: "handset-unreachable", // absent subscriber
  515: "blocked-by-carrier", // spam
  520: "text-rejected", // content
  521: "sender-not-allowed", // sender id
  599: "unknown",
};

/** Statuses from here on are errors. */
const FIRST_ERROR = 500;

/**
 * The outcome that a status means. Below 500, a status that is not listed is not a failure: the text is on its way (203,
 * 290, 292, 293, 295), or its delivery will not be reported (201, 250, 251).
 */
export const outcomeOf = (code: number): DeliveryOutcome => {
  if (code === 200) return { outcome: "delivered" };
  const failure = FAILURES[code];
  if (failure !== undefined) return failed(failure);
  return code < FIRST_ERROR ? { outcome: "sent" } : failed("unknown");
};

/** Failures by the code of a refused request (HTTP 400). Source: TeleSign, all status and error codes. */
const REFUSALS: Readonly<Record<number, Failure>> = {
  11000: "number-invalid",
  11009: "text-rejected",
  11013: "sender-not-allowed",
  12000: "number-invalid",
  12009: "text-rejected",
};

/** @returns `unknown` for a code that is not listed. */
export const refusalOf = (code: number): Failure => REFUSALS[code] ?? FAILURES[code] ?? "unknown";
