import * as z from "zod";
import { phoneNumberSchema } from "./phone-number.ts";

const mediaSchema = z.strictObject({ url: z.url({ protocol: /^https?$/ }), contentType: z.string().min(1) });

/** A text from a customer to an owned number. */
export const textSchema = z
  .strictObject({
    from: phoneNumberSchema.describe("The customer's number."),
    to: phoneNumberSchema.describe("The owned number."),
    text: z.string().describe("Can be empty if there is media."),
    messageId: z.string().min(1).optional().describe("The provider's id, to repeat a text; a new one by default."),
    media: z.array(mediaSchema).max(10).optional().describe("Pictures and other files, where the provider has MMS."),
  })
  .refine(({ text, media = [] }) => text !== "" || media.length > 0, {
    error: "A text must have words or media.",
    path: ["text"],
  });

export type CustomerText = z.output<typeof textSchema>;
export type TextInput = z.input<typeof textSchema>;

/** For providers without MMS. @throws ZodError when a text has media. */
export const refuseMedia = ({ media }: CustomerText): void => {
  z.object({ media: z.undefined({ error: "The provider of this number has no MMS." }) }).parse({ media });
};
