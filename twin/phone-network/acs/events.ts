import type { EventGridEvent } from "../../event-grid/event.ts";
import type { DeliveryReport, Outcome, Text } from "../carrier.ts";
import { withoutPlus } from "../phone-number.ts";
import { segment } from "../segments.ts";

/** The resource id of an invented resource, the source of all events. */
const TOPIC =
  "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/twin" +
  "/providers/Microsoft.Communication/CommunicationServices/twin";

const OPTED_OUT = 4007;
const UNKNOWN_ERROR = 9999;

/** Descriptions of the codes of failed texts. Source: Azure Communication Services SMS error codes. */
const DESCRIPTIONS: Readonly<Record<number, string>> = {
  4000: "Message rejected by fraud detection.",
  4001: "Invalid From phone number format.",
  4002: "Invalid To phone number format.",
  4003: "Unsupported destination.",
  4004: "The To phone number does not exist.",
  4005: "Message blocked by the destination carrier.",
  4006: "The To phone number is not reachable.",
  [OPTED_OUT]: "Sender blocked for given recipient.",
  4008: "Message limit of the sender exceeded.",
  4009: "Message rejected by the entitlement system.",
  4010: "The toll-free number is not verified.",
  4020: "Message rejected by the destination carrier for its volume.",
  5000: "Message delivery failed.",
  5001: "Message delivery is temporarily unavailable.",
  5002: "The carrier does not support delivery reports.",
  [UNKNOWN_ERROR]: "Message delivery failed with an unknown error.",
};

/** The event of a customer's text. Its id is the id of the message, as in the documented examples. */
export const smsReceived = (text: Text, receivedAt: number): EventGridEvent =>
  acsEvent({
    type: "SMSReceived",
    id: text.messageId,
    number: text.to,
    time: receivedAt,
    data: {
      messageId: text.messageId,
      from: withoutPlus(text.from),
      to: withoutPlus(text.to),
      message: text.text,
      receivedTimestamp: new Date(receivedAt).toISOString(),
      segmentCount: segment(text.text).segmentCount,
    },
  });

/**
 * The event of a delivery report. As in the documented examples, `from` has no "+", `to` has one, and `Tag` has a
 * capital. The format of the code in `deliveryStatusDetails` is not documented.
 */
export const smsDeliveryReport = (report: DeliveryReport, tag: string | undefined): EventGridEvent => {
  const isDelivered = report.outcome.kind === "delivered";
  return acsEvent({
    type: "SMSDeliveryReportReceived",
    id: report.text.messageId,
    number: report.text.from,
    time: report.reportedAt,
    data: {
      messageId: report.text.messageId,
      from: withoutPlus(report.text.from),
      to: report.text.to,
      deliveryStatus: isDelivered ? "Delivered" : "Failed",
      deliveryStatusDetails: details(report.outcome),
      receivedTimestamp: new Date(report.reportedAt).toISOString(),
      deliveryAttempts: [
        {
          timestamp: new Date(report.sentAt).toISOString(),
          segmentsSucceeded: isDelivered ? report.segmentCount : 0,
          segmentsFailed: isDelivered ? 0 : report.segmentCount,
        },
      ],
      ...(tag !== undefined && { Tag: tag }),
    },
  });
};

const details = (outcome: Outcome): string => {
  if (outcome.kind === "delivered") return "No error.";
  const code = outcome.kind === "opted-out" ? OPTED_OUT : (outcome.code ?? UNKNOWN_ERROR);
  return `${code}: ${DESCRIPTIONS[code] ?? "Message delivery failed."}`;
};

const acsEvent = (event: {
  type: "SMSReceived" | "SMSDeliveryReportReceived";
  id: string;
  /** The number of the resource. */
  number: string;
  /** Milliseconds since the Unix epoch. */
  time: number;
  data: Readonly<Record<string, unknown>>;
}): EventGridEvent => ({
  id: event.id,
  topic: TOPIC,
  subject: `/phonenumber/${withoutPlus(event.number)}`,
  data: event.data,
  eventType: `Microsoft.Communication.${event.type}`,
  dataVersion: "1.0",
  metadataVersion: "1",
  eventTime: new Date(event.time).toISOString(),
});
