import * as z from "zod";
import { visibleTextSchema } from "../../shared/kernel/text.ts";

/** A customer in a request, as people write the number. */
export const customerSchema = z
  .string()
  .min(1)
  .max(40)
  .meta({
    description: "A phone number as people write it, or the address of a customer who has texted",
    examples: ["(425) 555-0123", "12345"],
  });

/** The reason of a change that concerns a customer. */
export const reasonSchema = visibleTextSchema
  .trim()
  .max(500)
  .meta({ description: "Stored with the id of the caller and the time" });
