import * as z from "zod";
import { instantSchema } from "../kernel/instant.ts";
import type { Page, PageRequest } from "../kernel/stored.ts";
import { providerNameSchema } from "../sms/provider.ts";

/** Where something came from that could not be used; what replays it knows how to take it in. */
export const quarantineSourceSchema = z.enum(["sms-received", "sms-delivery-report"]);
export type QuarantineSource = z.infer<typeof quarantineSourceSchema>;

/** Why it could not be used. */
const quarantineReasonSchema = z.enum([
  "unreadable",
  "unknown-channel",
  "channel-disabled",
  "sms-disabled",
  "unknown-message",
]);
export type QuarantineReason = z.infer<typeof quarantineReasonSchema>;

/** Something from outside that no retry would mend, kept whole until an administrator replays it. */
export const quarantinedSchema = z.object({
  /** The same thing delivered again has the same id. */
  id: z.string().min(1),
  source: quarantineSourceSchema,
  /** Who sent it, and can read it. */
  provider: providerNameSchema,
  reason: quarantineReasonSchema,
  /** For an unreadable one: which part is wrong. Never a phone number or a text. */
  detail: z.string().optional(),
  /** As it came. */
  original: z.unknown(),
  quarantinedAt: instantSchema,
  replayedAt: instantSchema.optional(),
});
export type Quarantined = z.infer<typeof quarantinedSchema>;

/** Where such things are kept. Every method throws TransientError when the store is unavailable or throttles. */
export interface Quarantine {
  /** Keeps it; one that is there already is left as it is. */
  keep(entry: Quarantined): Promise<void>;
  find(source: QuarantineSource, id: string): Promise<Quarantined | undefined>;
  /** Newest first. */
  list(page: PageRequest): Promise<Page<Quarantined>>;
  markReplayed(source: QuarantineSource, id: string, at: Quarantined["quarantinedAt"]): Promise<void>;
}

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly quarantine: Quarantine;
  }
}
