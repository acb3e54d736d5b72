import * as z from "zod";
import { apiUrlSchema, callingProviderSetup } from "../calling-setup.ts";
import { TelesignProvider } from "./telesign-provider.ts";

const settingsSchema = z.object({
  TELESIGN_CUSTOMER_ID: z.string().min(1),
  TELESIGN_API_KEY: z.base64().min(1),
  /** Companies without an enterprise contract have another one. */
  TELESIGN_API_URL: apiUrlSchema.default("https://rest-ww.telesign.com"),
});

export const telesignSetup = callingProviderSetup(
  "telesign",
  settingsSchema,
  ({ settings, webhookUrl, surroundings }) =>
    new TelesignProvider(
      {
        customerId: settings.TELESIGN_CUSTOMER_ID,
        apiKey: settings.TELESIGN_API_KEY,
        apiUrl: settings.TELESIGN_API_URL,
        webhookUrl,
      },
      surroundings.now,
      surroundings.wait,
    ),
);
