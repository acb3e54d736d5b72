import type { InvocationContext, ServiceBusQueueHandler } from "@azure/functions";
import { processEvent } from "../shared/intake/process-event.ts";
import type { ProviderEvent } from "../shared/intake/provider-events.ts";
import { TransientError } from "../shared/kernel/errors.ts";
import type { Ports } from "../shared/kernel/ports.ts";
import { logOutcome } from "./log-outcome.ts";
import type { PerInvocation } from "./per-invocation.ts";
import { deliveryCountOf } from "./retry-delay.ts";

/** Takes in what a provider told, and logs what came of it. @throws TransientError when it must be told again. */
export const processProviderEvent = async (
  ports: Ports,
  { provider, source, event }: ProviderEvent,
  context: InvocationContext,
): Promise<void> => logOutcome(context, `call of ${provider}`, await processEvent(ports, provider, source, event));

/** How long to wait, in seconds, with an event that no delivery of its message could take in. */
const LATER_SECONDS = 300;

/**
 * Service Bus `provider-events` -> intake, or the state of a reply.
 * @param maxDeliveries - deliveries after which the broker gives a message up: at the last one it is kept anew, so that
 * no text is lost however long a store is unavailable.
 */
export const makeProviderEvents =
  (portsFor: PerInvocation<Ports>, maxDeliveries: number): ServiceBusQueueHandler =>
  async (body, context) => {
    const ports = portsFor(context);
    const told = ports.providerEvents.open(body);
    try {
      await processProviderEvent(ports, told, context);
    } catch (error) {
      if (!(error instanceof TransientError) || deliveryCountOf(context) < maxDeliveries) throw error;
      context.warn(`a call of ${told.provider} is taken in later: ${error.message}`);
      await ports.providerEvents.enqueue(told, LATER_SECONDS);
    }
  };
