import * as z from "zod";
import { instantSchema } from "../../shared/kernel/instant.ts";
import { parseAddress } from "../../shared/sms/address.ts";

/** An address as a provider writes it, with or without the plus. */
export const providerAddressSchema = z.string().transform((raw, context) => {
  const address = parseAddress(raw);
  if (address) return address;
  context.addIssue({ code: "custom", message: "is not an address" });
  return z.NEVER;
});

/** A time as a provider writes it: ISO 8601, of any offset and precision. */
export const timestampSchema = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text).toISOString())
  .pipe(instantSchema);

/** Names what is wrong by its place in the event; never by its value, which may be a number or a text. */
export const unreadable = (error: z.ZodError): { readonly kind: "unreadable"; readonly reason: string } => {
  const places = new Set(error.issues.map(({ path }) => path.join(".")).filter((place) => place !== ""));
  return { kind: "unreadable", reason: `missing or wrong: ${[...places].join(", ") || "the event itself"}` };
};
