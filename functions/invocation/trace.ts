import type { InvocationContext } from "@azure/functions";
import * as z from "zod";

/** Version 00 of a trace context, without the ids that are invalid. Source: W3C Trace Context, 3.2.2. */
const traceParentSchema = z.string().regex(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/);

/** A trace that came with the input of an invocation. Anything else counts as none. */
export const carriedTraceSchema = traceParentSchema.optional().catch(undefined);

/** The worker lowers the first letter of a property. Source: Azure Service Bus, end-to-end tracing. */
const messageSchema = z.object({ applicationProperties: z.object({ "diagnostic-Id": traceParentSchema }) });

/**
 * Returns the W3C `traceparent` of an invocation: the host's own, or the sender's when the host did not continue that
 * trace. Without Application Insights the host gives none; then the invocation's id makes one.
 * @returns undefined when there is no trace, and the id is not a UUID.
 */
export const traceParentOf = (context: InvocationContext): string | undefined => {
  const own = traceParentSchema.safeParse(context.traceContext?.traceParent).data ?? madeOf(context.invocationId);
  const message = messageSchema.safeParse(context.triggerMetadata).data;
  const sender = message?.applicationProperties["diagnostic-Id"];
  return sender !== undefined && traceIdOf(sender) !== traceIdOf(own) ? sender : own;
};

/** The id that all steps of a trace share. Application Insights calls it the operation id. */
export const traceIdOf = (traceParent: string | undefined): string | undefined => traceParent?.split("-")[1];

const SPAN_ID_DIGITS = 16;

const madeOf = (invocationId: string): string | undefined => {
  const digits = invocationId.replaceAll("-", "").toLowerCase();
  return traceParentSchema.safeParse(`00-${digits}-${digits.slice(0, SPAN_ID_DIGITS)}-01`).data;
};
