import type { LocalEnvironment } from "../../../local/environment.ts";
import { callHttp } from "../../../local/people.ts";
import { CHANNEL_NUMBER } from "./test-system.ts";

/** The functions that Event Grid events are delivered to. */
export type EventFunction = "sms-received" | "sms-delivery-report";

const ENVELOPE = {
  topic: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Communication/CommunicationServices/hilo",
  subject: `/phonenumber/${CHANNEL_NUMBER}`,
  dataVersion: "1.0",
  metadataVersion: "1",
};

/** Builds the event of a customer's text, in the Event Grid schema. */
export const receivedEvent = (twin: LocalEnvironment, data: Readonly<Record<string, unknown>>) => ({
  ...ENVELOPE,
  id: `event-${data.messageId}`,
  eventType: "Microsoft.Communication.SMSReceived",
  eventTime: isoTime(twin),
  data: { to: CHANNEL_NUMBER, message: "Hello", segmentCount: 1, receivedTimestamp: isoTime(twin), ...data },
});

/** Builds the event of a delivery report, in the Event Grid schema. */
export const reportEvent = (twin: LocalEnvironment, data: Readonly<Record<string, unknown>>) => ({
  ...ENVELOPE,
  id: `event-${data.messageId}`,
  eventType: "Microsoft.Communication.SMSDeliveryReportReceived",
  eventTime: isoTime(twin),
  data: {
    from: CHANNEL_NUMBER.slice(1),
    deliveryStatus: "Delivered",
    deliveryStatusDetails: "No error.",
    receivedTimestamp: isoTime(twin),
    deliveryAttempts: [],
    ...data,
  },
});

/**
 * Delivers an event to the host as Event Grid would. For events that the phone network never sends.
 * @returns the HTTP status of the response.
 */
export const deliver = async (twin: LocalEnvironment, functionName: EventFunction, event: unknown): Promise<number> => {
  const url = `${twin.addresses.functions}/runtime/webhooks/EventGrid?functionName=${functionName}`;
  const { status } = await callHttp(url, { headers: { "aeg-event-type": "Notification" }, body: [event] });
  await twin.settled();
  return status;
};

const isoTime = ({ clock }: LocalEnvironment): string => new Date(clock.now()).toISOString();
