import * as z from "zod";
import type { Quarantined } from "../../shared/intake/quarantine.ts";
import { instantSchema } from "../../shared/kernel/instant.ts";
import { complete, type DocumentKind, defineDocument, sameShape } from "./document-kind.ts";

const quarantineDocumentSchema = z.object({
  id: z.string(),
  source: z.enum(["sms-received", "sms-delivery-report"]),
  provider: z.string(),
  reason: z.enum(["unreadable", "unknown-channel", "channel-disabled", "sms-disabled", "unknown-message"]),
  detail: z.string().optional(),
  original: z.unknown(),
  /** Lists are sorted by it. */
  quarantinedAt: instantSchema,
  /** A patch sets it. */
  replayedAt: instantSchema.optional(),
});
type QuarantineDocument = z.infer<typeof quarantineDocumentSchema>;

export const QUARANTINE_DOCUMENT: DocumentKind<Quarantined> = defineDocument<Quarantined, QuarantineDocument>({
  container: "quarantine",
  schema: quarantineDocumentSchema,
  upgrades: [sameShape],
  toDocument: (entry) => ({
    id: entry.id,
    source: entry.source,
    provider: entry.provider,
    reason: entry.reason,
    detail: entry.detail,
    original: entry.original,
    quarantinedAt: entry.quarantinedAt,
    replayedAt: entry.replayedAt,
  }),
  fromDocument: (document) =>
    complete<Quarantined>({
      id: document.id,
      source: document.source,
      provider: document.provider,
      reason: document.reason,
      detail: document.detail,
      original: document.original,
      quarantinedAt: document.quarantinedAt,
      replayedAt: document.replayedAt,
    }),
});
