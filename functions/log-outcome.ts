import type { InvocationContext } from "@azure/functions";
import type { EventOutcome } from "../shared/intake/process-event.ts";
import type { FailedReply } from "../shared/sending/record-delivery.ts";

/** Tells the log of a reply that has failed, in a line that alerts look for; ids only. */
export const logFailedReply = (context: InvocationContext, { messageId, failure }: FailedReply): void =>
  context.warn(`reply failed: ${JSON.stringify({ messageId, failure })}`);

/**
 * Tells the log what came of an event, where somebody may have to do something.
 * @param what - what came in, such as "report".
 */
export const logOutcome = (context: InvocationContext, what: string, outcome: EventOutcome): void => {
  if (outcome.kind === "quarantined") context.warn(`${what} quarantined: ${outcome.reason}`);
  else if (outcome.failedReply) logFailedReply(context, outcome.failedReply);
};
