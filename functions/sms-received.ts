import type { EventGridHandler } from "@azure/functions";
import { type ReceiveEventDeps, receiveEvent } from "../shared/intake/process-event.ts";
import type { ProviderName } from "../shared/sms/provider.ts";
import type { PerInvocation } from "./per-invocation.ts";
import { tellOutcome } from "./tell-outcome.ts";

/** Event Grid "SMSReceived" -> intake. A throw escapes, so that Event Grid delivers again. */
export const makeSmsReceived =
  (depsFor: PerInvocation<ReceiveEventDeps>, provider: ProviderName): EventGridHandler =>
  async (event, context) => {
    tellOutcome(context, "event", await receiveEvent(depsFor(context), provider, "sms-received", event));
  };
