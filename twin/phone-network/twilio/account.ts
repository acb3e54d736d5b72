import * as z from "zod";

const token = z.string().regex(/^[0-9a-f]{32}$/, { error: "Use 32 hexadecimal digits." });
const sid = (prefix: "AC" | "SK") =>
  z.string().regex(new RegExp(`^${prefix}[0-9a-f]{32}$`), { error: `Use ${prefix} and 32 hexadecimal digits.` });

/** The company's account at Twilio. The default keys are the same on every machine and protect nothing. */
export const twilioAccountSchema = z.strictObject({
  accountSid: sid("AC").default(`AC${"a".repeat(32)}`),
  authToken: token.default("1".repeat(32)).describe("The primary auth token; signs webhooks."),
  secondaryAuthToken: token.default("2".repeat(32)).describe("Becomes the primary one in a rotation."),
  apiKeySid: sid("SK")
    .default(`SK${"b".repeat(32)}`)
    .describe("A standard key, which has no access to the account resource."),
  apiKeySecret: z.string().min(1).default("3".repeat(32)),
});

export type TwilioAccount = z.output<typeof twilioAccountSchema>;

/** The default account. */
export const TWILIO_ACCOUNT = twilioAccountSchema.parse({});
