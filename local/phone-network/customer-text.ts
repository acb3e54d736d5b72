import * as z from "zod";
import { phoneNumberSchema } from "./phone-number.ts";

/** A text from a customer to an owned number. */
export const textSchema = z.strictObject({
  from: phoneNumberSchema.describe("The customer's number."),
  to: phoneNumberSchema.describe("The owned number."),
  text: z.string().min(1),
  messageId: z.string().min(1).optional().describe("The provider's id; made up when absent, given to repeat one."),
});

export type TextInput = z.input<typeof textSchema>;
