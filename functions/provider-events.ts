import type { ServiceBusQueueHandler } from "@azure/functions";
import { processEvent } from "../shared/intake/process-event.ts";
import { TransientError } from "../shared/kernel/errors.ts";
import type { Ports } from "../shared/kernel/ports.ts";
import { logLevelOf } from "./invocation/errors.ts";
import { startHop } from "./invocation/hop-log.ts";
import { hopOf, logOutcome } from "./invocation/log-outcome.ts";
import type { PerInvocation } from "./invocation/per-invocation.ts";
import { deliveryCountOf } from "./invocation/retry-delay.ts";

/** Delay, in seconds, of an event that no delivery of its message could process. */
const REQUEUE_SECONDS = 300;

/**
 * Service Bus `provider-events` -> intake. A body that cannot be decrypted or parsed is dead-lettered.
 * @param maxDeliveries - deliveries after which the broker dead-letters a message: on the last one the event is
 * re-queued, so that no text is lost however long a store is unavailable.
 */
export const makeProviderEvents =
  (portsFor: PerInvocation<Ports>, maxDeliveries: number): ServiceBusQueueHandler =>
  async (body, context) => {
    const ports = portsFor(context);
    const logHop = startHop(context, ports);
    const event = ports.providerEvents.open(body);
    try {
      const outcome = await processEvent(ports, event);
      logOutcome(context, event, outcome);
      logHop(hopOf(outcome));
    } catch (error) {
      if (!(error instanceof TransientError) || deliveryCountOf(context) < maxDeliveries) throw error;
      context[logLevelOf(error)](`${event.source} event of ${event.provider} re-queued: ${error.message}`);
      await ports.providerEvents.enqueue(event, REQUEUE_SECONDS);
    }
  };
