import * as z from "zod";
import { ownedNumberSchema } from "../owned-numbers.ts";
import { webhookUrlSchema } from "./connection-overrides.ts";

/** A number at Twilio. Its type decides who replies to STOP. */
export const twilioNumberSchema = ownedNumberSchema.extend({
  provider: z.literal("twilio"),
  friendlyName: z.string().min(1).optional(),
  smsUrl: webhookUrlSchema
    .optional()
    .describe("URL of the webhook for texts. The fragment can have connection overrides."),
});

export type TwilioNumber = z.output<typeof twilioNumberSchema>;
