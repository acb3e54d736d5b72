import { processEvent } from "../shared/intake/process-event.ts";
import type { Ports } from "../shared/kernel/ports.ts";
import { startHop } from "./invocation/hop-log.ts";
import { hopOf, logOutcome } from "./invocation/log-outcome.ts";
import type { PerInvocation } from "./invocation/per-invocation.ts";
import type { QueueHandler } from "./invocation/postpone.ts";

/** Service Bus `provider-events` -> intake. A body that cannot be decrypted or parsed is dead-lettered. */
export const makeProviderEvents =
  (portsFor: PerInvocation<Ports>): QueueHandler =>
  async (body, context) => {
    const ports = portsFor(context);
    const logHop = startHop(context, ports);
    const event = ports.providerEvents.open(body);
    const outcome = await processEvent(ports, event);
    logOutcome(context, event, outcome);
    logHop(hopOf(outcome));
    return undefined;
  };
