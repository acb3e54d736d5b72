import type { WebhookCall } from "../webhooks/call-webhook.ts";
import { type EventGridEvent, toCloudEvent } from "./event.ts";
import { ANSWER_WITHIN_MS } from "./retry-schedule.ts";
import type { Subscription } from "./subscription.ts";

/** An event on its way to one subscription. */
export interface Dispatch {
  readonly event: EventGridEvent;
  /** The service's own id of the event, the same in every attempt. */
  readonly outputEventId: string;
  /** Milliseconds since the Unix epoch. */
  readonly publishedAt: number;
  /** As it is at the time of an attempt: replacing a subscription moves the events that wait for another one. */
  readonly subscription: () => Subscription;
  /** Whether the event goes out as a CloudEvent even if the subscription says otherwise. */
  readonly forceCloudEvent: boolean;
}

/** The request of one attempt: an array of one in Event Grid's own schema, a single object as a CloudEvent. */
export const notification = (dispatch: Dispatch, attempt: number): WebhookCall => {
  const { name, endpoint, schema } = dispatch.subscription();
  const post = { url: endpoint, method: "POST", withinMs: ANSWER_WITHIN_MS } as const;
  const common = {
    "aeg-event-type": "Notification",
    "aeg-subscription-name": name,
    "aeg-delivery-count": String(attempt - 1), // the deliveries before this one
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
