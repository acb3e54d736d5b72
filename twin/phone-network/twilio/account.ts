import * as z from "zod";

const token = z.string().regex(/^[0-9a-f]{32}$/, { error: "Give 32 hexadecimal digits." });
const sid = (prefix: "AC" | "SK") =>
  z.string().regex(new RegExp(`^${prefix}[0-9a-f]{32}$`), { error: `Give ${prefix} and 32 hexadecimal digits.` });

/** The company's account at Twilio. What is not given is the same on every machine, and protects nothing. */
export const twilioAccountSchema = z.strictObject({
  accountSid: sid("AC").default(`AC${"a".repeat(32)}`),
  authToken: token.default("1".repeat(32)).describe("The primary one: the only one that signs webhooks."),
  secondaryAuthToken: token.default("2".repeat(32)).describe("The one that a rotation would make the primary."),
  apiKeySid: sid("SK")
    .default(`SK${"b".repeat(32)}`)
    .describe("A standard key: not for the account resource."),
  apiKeySecret: z.string().min(1).default("3".repeat(32)),
});

export type TwilioAccount = z.output<typeof twilioAccountSchema>;
export type TwilioAccountInput = z.input<typeof twilioAccountSchema>;
