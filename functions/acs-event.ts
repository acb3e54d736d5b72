import type { EventGridHandler } from "@azure/functions";
import { processEvent } from "../shared/intake/process-event.ts";
import type { ProviderEvent } from "../shared/intake/provider-events.ts";
import type { Ports } from "../shared/kernel/ports.ts";
import { startHop } from "./hop-log.ts";
import { hopOf, logOutcome } from "./log-outcome.ts";
import type { PerInvocation } from "./per-invocation.ts";

/** Event Grid, events of Azure Communication Services -> intake. An error escapes, so that Event Grid redelivers. */
export const makeAcsEvent =
  (portsFor: PerInvocation<Ports>, source: ProviderEvent["source"]): EventGridHandler =>
  async (event, context) => {
    const received: ProviderEvent = { provider: "acs", source, event };
    const ports = portsFor(context);
    const logHop = startHop(context, ports);
    const outcome = await processEvent(ports, received);
    logOutcome(context, received, outcome);
    logHop(hopOf(outcome));
  };
