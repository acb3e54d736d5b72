import type { WebhookRequest } from "../webhooks/call-webhook.ts";
import { type EventGridEvent, toCloudEvent } from "./event.ts";
import { RESPONSE_TIMEOUT_MS } from "./retry-schedule.ts";
import type { Subscription } from "./subscription.ts";

/** An event on its way to one subscription. */
export interface Dispatch {
  readonly event: EventGridEvent;
  /** The service's own id of the event, the same in each attempt. */
  readonly outputEventId: string;
  /** Milliseconds since the Unix epoch. */
  readonly publishedAt: number;
  /** Read at each attempt: replacing a subscription redirects the events that wait for an attempt. */
  readonly subscription: () => Subscription;
  /** Whether the event is sent as a CloudEvent, whatever the schema of the subscription. */
  readonly forceCloudEvent: boolean;
}

/** Request of one attempt: an array with one event in the Event Grid schema, or a single CloudEvent. */
export const notificationRequest = (dispatch: Dispatch, attempt: number): WebhookRequest => {
  const { name, endpoint, schema } = dispatch.subscription();
  const post = { url: endpoint, method: "POST", timeoutMs: RESPONSE_TIMEOUT_MS } as const;
  const common = {
    "aeg-event-type": "Notification",
    "aeg-subscription-name": name,
    "aeg-delivery-count": String(attempt - 1), // counts earlier deliveries only
    "aeg-output-event-id": dispatch.outputEventId,
  };
  if (dispatch.forceCloudEvent || schema === "CloudEventSchemaV1_0") {
    const headers = { ...common, "content-type": "application/cloudevents+json; charset=utf-8" };
    return { ...post, headers, body: JSON.stringify(toCloudEvent(dispatch.event)) };
  }
  const headers = {
    ...common,
    "content-type": "application/json; charset=utf-8",
    "aeg-data-version": dispatch.event.dataVersion,
    "aeg-metadata-version": dispatch.event.metadataVersion,
  };
  return { ...post, headers, body: JSON.stringify([dispatch.event]) };
};
