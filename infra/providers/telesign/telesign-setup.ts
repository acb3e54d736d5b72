import * as z from "zod";
import { apiUrlSchema, webhookProviderSetup } from "../webhook-provider-setup.ts";
import { TelesignProvider } from "./telesign-provider.ts";

const settingsSchema = z.object({
  TELESIGN_CUSTOMER_ID: z.string().min(1),
  TELESIGN_API_KEY: z.base64().min(1),
  /** Accounts without an enterprise contract use another address. */
  TELESIGN_API_URL: apiUrlSchema.default("https://rest-ww.telesign.com"),
});

export const telesignSetup = webhookProviderSetup(
  "telesign",
  settingsSchema,
  ({ settings, webhookUrl, context }) =>
    new TelesignProvider(
      {
        customerId: settings.TELESIGN_CUSTOMER_ID,
        apiKey: settings.TELESIGN_API_KEY,
        apiUrl: settings.TELESIGN_API_URL,
        webhookUrl,
      },
      context.now,
    ),
);
