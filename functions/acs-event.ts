import type { EventGridHandler } from "@azure/functions";
import { type EventOutcome, processEvent } from "../shared/intake/process-event.ts";
import type { ProviderEvent } from "../shared/intake/provider-events.ts";
import { TransientError } from "../shared/kernel/errors.ts";
import type { Ports } from "../shared/kernel/ports.ts";
import { logLevelOf } from "./invocation/errors.ts";
import { startHop } from "./invocation/hop-log.ts";
import { hopOf, logOutcome } from "./invocation/log-outcome.ts";
import type { PerInvocation } from "./invocation/per-invocation.ts";

/**
 * Event Grid, events of Azure Communication Services -> intake. A text that a store cannot take now is queued in
 * `provider-events`, because Event Grid gives up after a day. An error escapes, so that Event Grid redelivers.
 */
export const makeAcsEvent =
  (portsFor: PerInvocation<Ports>, source: ProviderEvent["source"]): EventGridHandler =>
  async (event, context) => {
    const received: ProviderEvent = { provider: "acs", source, event };
    const ports = portsFor(context);
    const logHop = startHop(context, ports);
    const outcome = await processOrEnqueue(ports, received);
    if (outcome instanceof TransientError) {
      context[logLevelOf(outcome)](`sms-received event of acs queued: ${outcome.message}`);
      logHop({ outcome: "queued" });
      return;
    }
    logOutcome(context, received, outcome);
    logHop(hopOf(outcome));
  };

/** @returns the reason for which the event was queued, when it was. */
const processOrEnqueue = async (ports: Ports, event: ProviderEvent): Promise<EventOutcome | TransientError> => {
  try {
    return await processEvent(ports, event);
  } catch (error) {
    // A report only waits for its send, and can be lost without harm.
    if (!(error instanceof TransientError) || event.source !== "sms-received") throw error;
    await ports.providerEvents.enqueue(event);
    return error;
  }
};
