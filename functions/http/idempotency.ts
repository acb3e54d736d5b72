import * as z from "zod";

/**
 * The header that makes a request safe to repeat: a repetition with the same key gets the first outcome.
 * @param description - what is done once.
 */
export const idempotencyHeaders = (description: string) =>
  z.object({
    "idempotency-key": z
      .string()
      .regex(/^[\x20-\x7e]{1,200}$/, "must be 1 to 200 printable ASCII characters")
      .optional()
      .meta({ description }),
  });
