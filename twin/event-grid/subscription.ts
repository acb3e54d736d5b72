import * as z from "zod";

/** An event subscription: delivers the events of one type to one webhook. */
export const subscriptionSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9-]{3,64}$/, { error: "Use 3 to 64 letters, digits or hyphens." })
    .describe("Replaces a subscription of the same name."),
  eventType: z.enum(["Microsoft.Communication.SMSReceived", "Microsoft.Communication.SMSDeliveryReportReceived"]),
  endpoint: z
    .url({ protocol: /^https?$/ })
    .describe("URL of the webhook with its query, such as functionName and code."),
  schema: z.enum(["EventGridSchema", "CloudEventSchemaV1_0"]).default("EventGridSchema"),
});

export type Subscription = z.output<typeof subscriptionSchema>;
export type SubscriptionInput = z.input<typeof subscriptionSchema>;
