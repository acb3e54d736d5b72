import type { InvocationContext } from "@azure/functions";
import type { EventOutcome } from "../../shared/intake/process-event.ts";
import type { ProviderEvent } from "../../shared/intake/provider-events.ts";
import type { FailedReply } from "../../shared/sending/record-delivery.ts";
import type { Hop } from "./hop-log.ts";

/** Logs a failed reply in the form that alerts and the workbook query: ids only. */
export const logFailedReply = (context: InvocationContext, { messageId, failure }: FailedReply): void =>
  context.warn(`reply failed: ${JSON.stringify({ messageId, failure })}`);

/** Logs the outcome of an event when an operator may have to act, in the form that alerts query. */
export const logOutcome = (
  context: InvocationContext,
  { provider, source }: Pick<ProviderEvent, "provider" | "source">,
  outcome: EventOutcome,
): void => {
  switch (outcome.kind) {
    case "quarantined":
      context.warn(`quarantined: ${JSON.stringify({ source, provider, reason: outcome.reason })}`);
      break;
    case "processed":
      if (outcome.failedReply) logFailedReply(context, outcome.failedReply);
      break;
    default:
      outcome satisfies never;
  }
};

/** An event as a step of a text's way. */
export const hopOf = (outcome: EventOutcome): Hop =>
  outcome.kind === "processed"
    ? { ...outcome.about, outcome: "processed" }
    : { outcome: `quarantined: ${outcome.reason}` };
