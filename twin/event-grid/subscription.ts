import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { Clock } from "../clock.ts";
import { parseJson } from "../json-text.ts";
import { callWebhook, type WebhookAnswer } from "../webhooks/call-webhook.ts";
import type { EventGridEvent } from "./event.ts";
import { ANSWER_WITHIN_MS } from "./retry-schedule.ts";

/** An event subscription: the events of one type, delivered to one webhook. */
export const subscriptionSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9-]{3,64}$/, { error: "Use 3 to 64 letters, digits or hyphens." })
    .describe("A subscription of the same name is replaced."),
  eventType: z.enum(["Microsoft.Communication.SMSReceived", "Microsoft.Communication.SMSDeliveryReportReceived"]),
  endpoint: z
    .url({ protocol: /^https?$/ })
    .describe("The webhook with its whole query, such as functionName and code."),
  schema: z.enum(["EventGridSchema", "CloudEventSchemaV1_0"]).default("EventGridSchema"),
});

export type Subscription = z.output<typeof subscriptionSchema>;
export type SubscriptionInput = z.input<typeof subscriptionSchema>;

/** The endpoint of a subscription did not show that it wants events. */
export class HandshakeError extends Error {
  override readonly name = "HandshakeError";
}

/** How Event Grid introduces itself to an endpoint that takes CloudEvents. */
const ORIGIN = "eventgrid.azure.net";

/**
 * Has an endpoint show that it wants events, as it must before a subscription comes into being.
 * @throws HandshakeError when it does not, with what it should have answered.
 */
export const shakeHands = async (clock: Clock, subscription: Subscription): Promise<void> => {
  const problem =
    subscription.schema === "CloudEventSchemaV1_0"
      ? await askForOrigin(clock, subscription)
      : await askForCode(clock, subscription);
  if (problem) throw new HandshakeError(`The endpoint of subscription "${subscription.name}" ${problem}`);
};

/** Without a `validationUrl`: an endpoint can only be validated by its answer here, not later by hand. */
const askForCode = async (clock: Clock, subscription: Subscription) => {
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
  const answer = await callWebhook(clock, { ...endpointOf(subscription), method: "POST", headers, body });
  if (answer.kind === "answered" && answer.status === 200 && validationResponse(answer.body) === validationCode) return;
  return `did not answer the validation event with 200 and its code as "validationResponse": ${described(answer)}`;
};

const askForOrigin = async (clock: Clock, subscription: Subscription) => {
  const headers = { "webhook-request-origin": ORIGIN };
  const answer = await callWebhook(clock, { ...endpointOf(subscription), method: "OPTIONS", headers });
  const allowed = answer.kind === "answered" ? answer.headers.get("webhook-allowed-origin") : null;
  if (answer.kind === "answered" && answer.status === 200 && (allowed === ORIGIN || allowed === "*")) return;
  return `did not answer OPTIONS with 200 and WebHook-Allowed-Origin "${ORIGIN}" or "*": ${described(answer)}`;
};

const endpointOf = ({ endpoint }: Subscription) => ({ url: endpoint, withinMs: ANSWER_WITHIN_MS });

const validationResponseSchema = z.object({ validationResponse: z.string() });

const validationResponse = (body: string): string | undefined =>
  validationResponseSchema.safeParse(parseJson(body)).data?.validationResponse;

const described = (answer: WebhookAnswer): string =>
  answer.kind === "answered" ? `it answered ${answer.status}.` : `${answer.message}.`;
