import type { EventGridHandler } from "@azure/functions";
import { processEvent } from "../shared/intake/process-event.ts";
import type { ProviderEvent } from "../shared/intake/provider-events.ts";
import type { Ports } from "../shared/kernel/ports.ts";
import { logOutcome } from "./invocation/log-outcome.ts";
import type { PerInvocation } from "./invocation/per-invocation.ts";

/** Event Grid, events of Azure Communication Services -> intake. An error escapes, so that Event Grid redelivers. */
export const makeAcsEvent =
  (portsFor: PerInvocation<Ports>, source: ProviderEvent["source"]): EventGridHandler =>
  async (event, context) => {
    const received: ProviderEvent = { provider: "acs", source, event };
    logOutcome(context, received, await processEvent(portsFor(context), received));
  };
