import type { Failure } from "../../../shared/sms/failure.ts";
import { type DeliveryOutcome, failed } from "../delivery-outcome.ts";

/** Why a text did not arrive, by the status of its transaction. Source: TeleSign, all status and error codes. */
const FAILURES: Readonly<Record<number, Failure>> = {
  207: "unknown",
  210: "handset-unreachable", // a temporary error of the phone
  211: "number-not-in-use", // a permanent one
  220: "number-unsupported", // no route
  221: "handset-unreachable", // expired on the way
  222: "number-unsupported",
  229: "recipient-opted-out",
  230: "text-rejected", // blocked by TeleSign
  231: "text-rejected", // its content
  233: "text-rejected", // its risk
  237: "number-unsupported", // its country
  238: "number-unsupported", // its prefix
  500: "provider-unavailable", // not attempted
  501: "sender-not-allowed",
  502: "sender-not-allowed", // its campaign
  503: "provider-unavailable", // a temporary error of the carrier
  504: "blocked-by-carrier", // a permanent one
  505: "provider-unavailable",
  506: "blocked-by-carrier",
  507: "number-invalid",
  508: "sender-not-allowed", // a bad source address
  509: "unknown", // a bad parameter
  510: "recipient-opted-out",
  511: "sender-not-allowed", // no credit
  512: "handset-unreachable", // roaming
  513: "number-unsupported", // moved to another carrier
  514: "handset-unreachable", // absent
  515: "blocked-by-carrier", // as spam
  520: "text-rejected", // its content
  521: "sender-not-allowed", // the sender id
  599: "unknown",
};

/** From here on, statuses are errors. */
const ERRORS = 500;

/**
 * What a status means. The others of the two hundreds say that a text is on its way (203, 290, 292, 293, 295), or that
 * nobody will ever tell (201, 250, 251): nothing has failed; nor has it with one that is not known here.
 */
export const meaningOf = (code: number): DeliveryOutcome => {
  if (code === 200) return { outcome: "delivered" };
  const failure = FAILURES[code];
  if (failure !== undefined) return failed(failure);
  return code < ERRORS ? { outcome: "sent" } : failed("unknown");
};

/** Why a request was refused. Source: as above, the codes of HTTP 400. */
const REFUSALS: Readonly<Record<number, Failure>> = {
  11000: "number-invalid",
  11009: "text-rejected",
  11013: "sender-not-allowed",
  12000: "number-invalid",
  12009: "text-rejected",
};

/** @param code - one that is not known here may mean anything. */
export const refusalOf = (code: number): Failure => REFUSALS[code] ?? FAILURES[code] ?? "unknown";
