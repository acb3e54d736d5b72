import * as z from "zod";
import { type Quarantined, quarantineSourceSchema } from "../../../shared/intake/quarantine.ts";
import { instantSchema } from "../../../shared/kernel/instant.ts";
import { providerNameSchema } from "../../../shared/sms/provider.ts";
import type { Complete } from "./complete.ts";

export const quarantinedViewSchema = z
  .object({
    id: z.string().meta({ description: "<source>:<id of the event in its source>" }),
    source: quarantineSourceSchema,
    provider: providerNameSchema.meta({ description: "The provider that sent the event" }),
    reason: z
      .enum(["unreadable", "unknown-channel", "channel-disabled", "sms-disabled", "unknown-message"])
      .meta({ description: "Why the event could not be processed" }),
    detail: z.string().optional().meta({ description: "For an unreadable event: the part that is wrong" }),
    original: z.unknown().meta({ description: "The event as it was received" }),
    quarantinedAt: instantSchema,
    replayedAt: instantSchema.optional().meta({ description: "When the event was replayed; absent before" }),
  })
  .meta({ id: "Quarantined" });
type QuarantinedView = z.output<typeof quarantinedViewSchema>;

export const quarantinedView = (entry: Quarantined): Complete<Quarantined, QuarantinedView> => ({
  id: `${entry.source}:${entry.id}`,
  source: entry.source,
  provider: entry.provider,
  reason: entry.reason,
  detail: entry.detail,
  original: entry.original,
  quarantinedAt: entry.quarantinedAt,
  replayedAt: entry.replayedAt,
});
