import { describeError } from "../shared/kernel/errors.ts";
import { outboundRequestSchema } from "../shared/kernel/jobs.ts";
import type { Ports } from "../shared/kernel/ports.ts";
import { sendReply } from "../shared/sending/send-reply.ts";
import { startHop } from "./invocation/hop-log.ts";
import { logFailedReply } from "./invocation/log-outcome.ts";
import type { PerInvocation } from "./invocation/per-invocation.ts";
import type { QueueHandler } from "./invocation/postpone.ts";

/** Service Bus `outbound-sms`, a session for each thread -> the provider. */
export const makeOutboundSms =
  (portsFor: PerInvocation<Ports>): QueueHandler =>
  async (body, context) => {
    const request = outboundRequestSchema.parse(body);
    const ports = portsFor(context);
    const logHop = startHop(context, ports);
    const outcome = await sendReply(ports, request);
    logHop({ ...request, outcome: outcome.kind });
    if (outcome.kind === "failed") {
      logFailedReply(context, { messageId: request.messageId, failure: outcome.failure });
    }
    if (outcome.kind !== "postponed") return undefined;
    if (outcome.cause) context.warn(`reply postponed until ${outcome.until}: ${describeError(outcome.cause)}`);
    return outcome.until;
  };
