import * as z from "zod";
import { phoneNumberSchema } from "./phone-number.ts";

const mediaSchema = z.strictObject({ url: z.url({ protocol: /^https?$/ }), contentType: z.string().min(1) });

/** A text from a customer to an owned number. */
export const textSchema = z
  .strictObject({
    from: phoneNumberSchema.describe("The customer's number."),
    to: phoneNumberSchema.describe("The owned number."),
    text: z.string().describe("May be empty beside media."),
    messageId: z.string().min(1).optional().describe("The provider's id; made up when absent, given to repeat one."),
    media: z.array(mediaSchema).max(10).optional().describe("Pictures and the like; only for a number with Twilio."),
  })
  .refine(({ text, media = [] }) => text !== "" || media.length > 0, { error: "Say something.", path: ["text"] });

export type CustomerText = z.output<typeof textSchema>;
export type TextInput = z.input<typeof textSchema>;

/** For the providers that bring no media. @throws ZodError when a text has some. */
export const refuseMedia = ({ media }: CustomerText): void => {
  z.object({ media: z.undefined({ error: "Only a number with Twilio receives media." }) }).parse({ media });
};
