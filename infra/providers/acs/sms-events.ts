import * as z from "zod";
import type { DeliveryReport, InboundText, Parsed } from "../../../shared/sms/provider.ts";
import { providerAddressSchema, timestampSchema, unreadable } from "../event-fields.ts";
import { outcomeOf } from "./delivery-codes.ts";

const RECEIVED = "Microsoft.Communication.SMSReceived";
const REPORT = "Microsoft.Communication.SMSDeliveryReportReceived";

/** Lower-cases initials and drops nulls: the service has written `MessageId` and `messageId`, and `Tag` beside both. */
const normalised = (value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([, member]) => member !== null)
          .map(([key, member]) => [key.charAt(0).toLowerCase() + key.slice(1), member]),
      )
    : value;

/** Parses either envelope: the Event Grid schema has `eventType`, CloudEvents 1.0 has `type`. */
const parseEvent = <T>(event: unknown, type: string, dataSchema: z.ZodType<T>) => {
  const data = z.preprocess(normalised, dataSchema);
  const isCloudEvent = typeof event === "object" && event !== null && "specversion" in event;
  return isCloudEvent
    ? z.object({ type: z.literal(type), specversion: z.literal("1.0"), data }).safeParse(event)
    : z.object({ eventType: z.literal(type), data }).safeParse(event);
};

const receivedSchema = z.object({
  messageId: z.string().min(1),
  from: providerAddressSchema,
  to: providerAddressSchema,
  message: z.string().default(""),
  receivedTimestamp: timestampSchema,
});

const reportSchema = z.object({
  messageId: z.string().min(1),
  deliveryStatus: z.string().optional(),
  deliveryStatusDetails: z.string().default(""),
  receivedTimestamp: timestampSchema,
  tag: z.string().optional(),
});

export const parseReceivedEvent = (event: unknown): Parsed<InboundText> => {
  const parsed = parseEvent(event, RECEIVED, receivedSchema);
  if (!parsed.success) return unreadable(parsed.error);
  const { messageId, from, to, message, receivedTimestamp } = parsed.data.data;
  return {
    kind: "parsed",
    value: {
      provider: "acs",
      providerMessageId: messageId,
      from,
      to,
      text: message,
      receivedAt: receivedTimestamp.at,
      ...(receivedTimestamp.assumesUtc && { timeAssumesUtc: true }),
    },
  };
};

export const parseReportEvent = (event: unknown): Parsed<DeliveryReport> => {
  const parsed = parseEvent(event, REPORT, reportSchema);
  if (!parsed.success) return unreadable(parsed.error);
  const { messageId, deliveryStatus, deliveryStatusDetails, receivedTimestamp, tag } = parsed.data.data;
  return {
    kind: "parsed",
    value: {
      provider: "acs",
      providerMessageId: messageId,
      ...outcomeOf(deliveryStatus, deliveryStatusDetails),
      reportedAt: receivedTimestamp.at,
      ...(tag !== undefined && { tag }),
    },
  };
};
