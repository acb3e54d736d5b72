import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { Clock } from "../clock.ts";
import { parseJson } from "../json-text.ts";
import { callWebhook, type WebhookResult } from "../webhooks/call-webhook.ts";
import type { EventGridEvent } from "./event.ts";
import { RESPONSE_TIMEOUT_MS } from "./retry-schedule.ts";
import type { Subscription } from "./subscription.ts";

/** The endpoint of a subscription did not pass the validation handshake. */
export class HandshakeError extends Error {
  override readonly name = "HandshakeError";
}

/** How Event Grid introduces itself to an endpoint for CloudEvents. */
const ORIGIN = "eventgrid.azure.net";

/**
 * Validates the endpoint of a subscription, as the service does before it creates one.
 * @throws HandshakeError with the expected and the actual response.
 */
export const validateEndpoint = async (clock: Clock, subscription: Subscription): Promise<void> => {
  const problem =
    subscription.schema === "CloudEventSchemaV1_0"
      ? await requestOrigin(clock, subscription)
      : await requestCode(clock, subscription);
  if (problem) throw new HandshakeError(`The endpoint of subscription "${subscription.name}" ${problem}`);
};

/** The validation event has no `validationUrl`: an endpoint cannot be validated by hand later. */
const requestCode = async (clock: Clock, subscription: Subscription): Promise<string | undefined> => {
  const validationCode = randomUUID();
  const event: EventGridEvent = {
    id: randomUUID(),
    topic: "",
    subject: "",
    data: { validationCode },
    eventType: "Microsoft.EventGrid.SubscriptionValidationEvent",
    dataVersion: "2",
    metadataVersion: "1",
    eventTime: new Date(clock.now()).toISOString(),
  };
  const headers = {
    "content-type": "application/json; charset=utf-8",
    "aeg-event-type": "SubscriptionValidation",
    "aeg-subscription-name": subscription.name,
  };
  const body = JSON.stringify([event]);
  const result = await callWebhook(clock, { ...endpointOf(subscription), method: "POST", headers, body });
  if (result.kind === "response" && result.status === 200 && responseCode(result.body) === validationCode) return;
  return `did not respond to the validation event with 200 and its code as "validationResponse": ${described(result)}`;
};

const requestOrigin = async (clock: Clock, subscription: Subscription): Promise<string | undefined> => {
  const headers = { "webhook-request-origin": ORIGIN };
  const result = await callWebhook(clock, { ...endpointOf(subscription), method: "OPTIONS", headers });
  const allowed = result.kind === "response" ? result.headers.get("webhook-allowed-origin") : null;
  if (result.kind === "response" && result.status === 200 && (allowed === ORIGIN || allowed === "*")) return;
  return `did not respond to OPTIONS with 200 and WebHook-Allowed-Origin "${ORIGIN}" or "*": ${described(result)}`;
};

const endpointOf = ({ endpoint }: Subscription) => ({ url: endpoint, timeoutMs: RESPONSE_TIMEOUT_MS });

const validationResponseSchema = z.object({ validationResponse: z.string() });

const responseCode = (body: string): string | undefined =>
  validationResponseSchema.safeParse(parseJson(body)).data?.validationResponse;

const described = (result: WebhookResult): string =>
  result.kind === "response" ? `the response was ${result.status}.` : `${result.message}.`;
