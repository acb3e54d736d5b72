import * as z from "zod";
import { instantSchema } from "../../shared/kernel/instant.ts";
import { parseAddress } from "../../shared/sms/address.ts";
import { keywordSchema } from "../../shared/sms/keyword.ts";

/** An address as a provider writes it: a number may lack the plus. */
export const providerAddressSchema = z.string().transform((raw, context) => {
  const address = parseAddress(raw);
  if (address) return address;
  context.addIssue({ code: "custom", message: "is not an address" });
  return z.NEVER;
});

/** A time as a provider writes it: ISO 8601 with any offset and precision. */
export const timestampSchema = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text).toISOString())
  .pipe(instantSchema);

/**
 * A keyword that the provider recognised, in any case. Undefined for other values, such as "generic": a value that is
 * not documented must not cost the text.
 */
export const recognisedKeywordSchema = z.string().toLowerCase().pipe(keywordSchema).optional().catch(undefined);

/** Names the invalid members of an event by their paths, never by their values, which may be a number or a text. */
export const unreadable = (error: z.ZodError): { readonly kind: "unreadable"; readonly reason: string } => {
  const paths = new Set(error.issues.map(({ path }) => path.join(".")).filter((path) => path !== ""));
  return { kind: "unreadable", reason: `missing or wrong: ${[...paths].join(", ") || "the event itself"}` };
};
