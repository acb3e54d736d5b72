import * as z from "zod";
import { apiUrlSchema, webhookProviderSetup } from "../webhook-provider-setup.ts";
import type { TwilioAccount } from "./account.ts";
import { TwilioProvider } from "./twilio-provider.ts";

const sidSchema = (prefix: "AC" | "SK") =>
  z.string().regex(new RegExp(`^${prefix}[0-9a-f]{32}$`), `must be ${prefix} and 32 hexadecimal digits`);

const settingsSchema = z
  .object({
    TWILIO_ACCOUNT_SID: sidSchema("AC"),
    TWILIO_AUTH_TOKEN: z.string().min(1),
    /** Valid beside the first token during a rotation. */
    TWILIO_SECONDARY_AUTH_TOKEN: z.string().min(1).optional(),
    TWILIO_API_KEY_SID: sidSchema("SK").optional(),
    TWILIO_API_KEY_SECRET: z.string().min(1).optional(),
    TWILIO_API_URL: apiUrlSchema.default("https://api.twilio.com"),
  })
  .refine(
    (settings) => (settings.TWILIO_API_KEY_SID === undefined) === (settings.TWILIO_API_KEY_SECRET === undefined),
    {
      error: "must be set together with TWILIO_API_KEY_SID",
      path: ["TWILIO_API_KEY_SECRET"],
    },
  );
type Settings = z.output<typeof settingsSchema>;

export const twilioSetup = webhookProviderSetup(
  "twilio",
  settingsSchema,
  ({ settings, webhookUrl, context: { now } }) => new TwilioProvider(accountOf(settings, webhookUrl), now),
);

const accountOf = (settings: Settings, webhookUrl: string): TwilioAccount => {
  const { TWILIO_SECONDARY_AUTH_TOKEN: secondary, TWILIO_API_KEY_SID: sid, TWILIO_API_KEY_SECRET: secret } = settings;
  return {
    accountSid: settings.TWILIO_ACCOUNT_SID,
    authTokens: [settings.TWILIO_AUTH_TOKEN, ...(secondary === undefined ? [] : [secondary])],
    ...(sid !== undefined && secret !== undefined && { apiKey: { sid, secret } }),
    apiUrl: settings.TWILIO_API_URL,
    webhookUrl,
  };
};
