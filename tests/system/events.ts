import type { LocalEnvironment } from "../../local/environment.ts";
import { callHttp } from "../../local/people.ts";
import { COMPANY } from "./stage.ts";

/** The functions that Event Grid delivers to. */
export type EventFunction = "sms-received" | "sms-delivery-report";

const ENVELOPE = {
  topic: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Communication/CommunicationServices/hilo",
  subject: `/phonenumber/${COMPANY}`,
  dataVersion: "1.0",
  metadataVersion: "1",
};

/** The event of a customer's text in Event Grid's own schema. */
export const receivedEvent = (twin: LocalEnvironment, data: Readonly<Record<string, unknown>>) => ({
  ...ENVELOPE,
  id: `event-${data.messageId}`,
  eventType: "Microsoft.Communication.SMSReceived",
  eventTime: isoTime(twin),
  data: { to: COMPANY, message: "Hello", segmentCount: 1, receivedTimestamp: isoTime(twin), ...data },
});

/** The event of a delivery report in Event Grid's own schema. */
export const reportEvent = (twin: LocalEnvironment, data: Readonly<Record<string, unknown>>) => ({
  ...ENVELOPE,
  id: `event-${data.messageId}`,
  eventType: "Microsoft.Communication.SMSDeliveryReportReceived",
  eventTime: isoTime(twin),
  data: {
    from: COMPANY.slice(1),
    deliveryStatus: "Delivered",
    deliveryStatusDetails: "No error.",
    receivedTimestamp: isoTime(twin),
    deliveryAttempts: [],
    ...data,
  },
});

/**
 * Delivers an event as Event Grid does, for events that the phone network would never send.
 * @returns the status that the host answered.
 */
export const deliver = async (twin: LocalEnvironment, functionName: EventFunction, event: unknown): Promise<number> => {
  const url = `${twin.addresses.functions}/runtime/webhooks/EventGrid?functionName=${functionName}`;
  const { status } = await callHttp(url, { headers: { "aeg-event-type": "Notification" }, body: [event] });
  await twin.settled();
  return status;
};

const isoTime = ({ clock }: LocalEnvironment): string => new Date(clock.now()).toISOString();
