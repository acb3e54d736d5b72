import type { EventGridHandler } from "@azure/functions";
import { processEvent } from "../shared/intake/process-event.ts";
import type { Ports } from "../shared/kernel/ports.ts";
import type { ProviderName } from "../shared/sms/provider.ts";
import { logOutcome } from "./log-outcome.ts";
import type { PerInvocation } from "./per-invocation.ts";

/** Event Grid "SMSReceived" -> intake. A throw escapes, so that Event Grid delivers again. */
export const makeSmsReceived =
  (portsFor: PerInvocation<Ports>, provider: ProviderName): EventGridHandler =>
  async (event, context) => {
    logOutcome(context, "event", await processEvent(portsFor(context), provider, "sms-received", event));
  };
