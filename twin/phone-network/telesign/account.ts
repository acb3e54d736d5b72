import * as z from "zod";

/** The company's account at TeleSign. The default key is the same on every machine and protects nothing. */
export const telesignAccountSchema = z.strictObject({
  customerId: z.guid().default("00000000-0000-4000-8000-000000000001"),
  apiKey: z.base64().min(1).default(Buffer.from("The API key of the twin protects nothing.").toString("base64")),
  callbackUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("URL of the webhook for texts, and for reports of texts without a URL."),
});

export type TelesignAccount = z.output<typeof telesignAccountSchema>;

/** The default account. */
export const TELESIGN_ACCOUNT = telesignAccountSchema.parse({});
