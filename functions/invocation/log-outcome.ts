import type { InvocationContext } from "@azure/functions";
import type { EventOutcome } from "../../shared/intake/process-event.ts";
import type { ProviderEvent } from "../../shared/intake/provider-events.ts";
import type { FailedReply } from "../../shared/sending/record-delivery.ts";

/** Logs a failed reply in the form that alerts and the workbook query: ids only. */
export const logFailedReply = (context: InvocationContext, { messageId, failure }: FailedReply): void =>
  context.warn(`reply failed: ${JSON.stringify({ messageId, failure })}`);

/** Logs the outcome of an event when an operator may have to act. */
export const logOutcome = (
  context: InvocationContext,
  { provider, source }: Pick<ProviderEvent, "provider" | "source">,
  outcome: EventOutcome,
): void => {
  switch (outcome.kind) {
    case "quarantined":
      context.warn(`${source} event of ${provider} quarantined: ${outcome.reason}`);
      break;
    case "processed":
      if (outcome.failedReply) logFailedReply(context, outcome.failedReply);
      break;
    default:
      outcome satisfies never;
  }
};
