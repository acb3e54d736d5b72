import * as z from "zod";

/** The company's account at TeleSign. What is not given is the same on every machine, and protects nothing. */
export const telesignAccountSchema = z.strictObject({
  customerId: z.guid().default("00000000-0000-4000-8000-000000000001"),
  apiKey: z.base64().min(1).default(Buffer.from("The API key of the twin protects nothing.").toString("base64")),
  callbackUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("Where texts go, and the reports of texts that name no URL of their own."),
});

export type TelesignAccount = z.output<typeof telesignAccountSchema>;
export type TelesignAccountInput = z.input<typeof telesignAccountSchema>;
