import * as z from "zod";
import { type Instant, instantSchema } from "../kernel/instant.ts";
import type { Page, PageRequest } from "../kernel/stored.ts";
import { providerNameSchema } from "../sms/provider.ts";

/** The trigger that received an event, which determines how it is parsed. */
export const quarantineSourceSchema = z.enum(["sms-received", "sms-delivery-report"]);
export type QuarantineSource = z.infer<typeof quarantineSourceSchema>;

/** Why an event cannot be processed. */
const quarantineReasonSchema = z.enum([
  "unreadable",
  "unknown-channel",
  "channel-disabled",
  "sms-disabled",
  "unknown-message",
]);
export type QuarantineReason = z.infer<typeof quarantineReasonSchema>;

/** The id of an entry: that of the event, or a hash of it. */
export const quarantineIdSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,240}$/);

/** An event that no retry can process, stored whole until an administrator replays it. */
export const quarantinedSchema = z.object({
  /** Unique within its source, and the same for each delivery of the event. */
  id: quarantineIdSchema,
  source: quarantineSourceSchema,
  /** The provider that can parse it. */
  provider: providerNameSchema,
  reason: quarantineReasonSchema,
  /** The invalid members of an unreadable event; the detail contains no phone number and no text. */
  detail: z.string().optional(),
  /** The event as it was received. */
  original: z.unknown(),
  quarantinedAt: instantSchema,
  replayedAt: instantSchema.optional(),
});
export type Quarantined = z.infer<typeof quarantinedSchema>;

/** Stores quarantined events. Every method throws TransientError when the store is unavailable or throttles. */
export interface Quarantine {
  /** Stores an event. One that is stored already stays unchanged. */
  keep(entry: Quarantined): Promise<void>;
  /** @returns `undefined` when the source has no event with this id. */
  find(source: QuarantineSource, id: string): Promise<Quarantined | undefined>;
  /** Lists the events of all sources, newest first, with those that were replayed. */
  list(page: PageRequest): Promise<Page<Quarantined>>;
  /** Sets `replayedAt`. An event that does not exist is ignored. */
  markReplayed(source: QuarantineSource, id: string, replayedAt: Instant): Promise<void>;
  /**
   * Removes an entry.
   * @returns the entry as it was; undefined when there is none.
   */
  discard(source: QuarantineSource, id: string): Promise<Quarantined | undefined>;
}

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly quarantine: Quarantine;
  }
}
