import * as z from "zod";
import { type Instant, instantSchema } from "../../shared/kernel/instant.ts";
import { parseAddress } from "../../shared/sms/address.ts";
import { keywordSchema } from "../../shared/sms/keyword.ts";

/** An address as a provider writes it: a number may lack the plus. */
export const providerAddressSchema = z.string().transform((raw, context) => {
  const address = parseAddress(raw);
  if (address) return address;
  context.addIssue({ code: "custom", message: "is not an address" });
  return z.NEVER;
});

/** A date and a time, with a "T" or spaces between them, and a zone that may be missing. */
const TIMESTAMP = /^(\d{4}-\d{2}-\d{2})(?:T|\s+)(\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/i;

/** A time as a provider writes it. */
interface Timestamp {
  readonly at: Instant;
  /** The zone is missing: .NET leaves it out of times of an unspecified kind. They are taken as UTC. */
  readonly assumesUtc: boolean;
}

/** A time as a provider writes it: ISO 8601 with any offset and precision, or without an offset. */
export const timestampSchema = z.string().transform((raw, context): Timestamp => {
  const [, date, time = "", zone] = TIMESTAMP.exec(raw.trim()) ?? [];
  const parsed = new Date(`${date}T${time.replace(",", ".")}${offsetOf(zone)}`);
  // A year beyond 9999 has another form.
  const at = instantSchema.safeParse(Number.isNaN(parsed.getTime()) ? "" : parsed.toISOString()).data;
  if (at !== undefined) return { at, assumesUtc: zone === undefined };
  context.addIssue({ code: "custom", message: "is not a time" });
  return z.NEVER;
});

/** "+02", "+0200" and "+02:00" are the same offset, but only the last is a part of JavaScript's format. */
const offsetOf = (zone = "Z"): string =>
  zone.toUpperCase() === "Z" ? "Z" : `${zone.slice(0, 3)}:${zone.slice(3).replace(":", "") || "00"}`;

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
