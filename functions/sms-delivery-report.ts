import type { EventGridHandler } from "@azure/functions";
import { processEvent } from "../shared/intake/process-event.ts";
import type { Ports } from "../shared/kernel/ports.ts";
import type { ProviderName } from "../shared/sms/provider.ts";
import { logOutcome } from "./log-outcome.ts";
import type { PerInvocation } from "./per-invocation.ts";

/** Event Grid "SMSDeliveryReportReceived" -> the state of the reply. A throw escapes, so that Event Grid delivers again. */
export const makeSmsDeliveryReport =
  (portsFor: PerInvocation<Ports>, provider: ProviderName): EventGridHandler =>
  async (event, context) => {
    logOutcome(context, "report", await processEvent(portsFor(context), provider, "sms-delivery-report", event));
  };
