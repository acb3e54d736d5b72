import * as z from "zod";
import { agentIdSchema } from "../../shared/kernel/ids.ts";
import { instantSchema } from "../../shared/kernel/instant.ts";
import { type AuditEntry, monthOf } from "../../shared/records/audit.ts";
import { complete, type DocumentKind, defineDocument } from "./document-kind.ts";

const auditDocumentSchema = z.object({
  id: z.string(),
  /** Lists are sorted by it. */
  at: instantSchema,
  by: agentIdSchema,
  roles: z.array(z.enum(["Agent", "Supervisor", "Administrator"])),
  operation: z.string(),
  members: z.array(z.string()),
  /** Patches set these two. */
  target: z.record(z.string(), z.string()),
  outcome: z.enum(["intended", "done", "refused"]),
});
type AuditDocument = z.infer<typeof auditDocumentSchema>;

export const AUDIT_DOCUMENT: DocumentKind<AuditEntry> = defineDocument<AuditEntry, AuditDocument>({
  container: "audit",
  schema: auditDocumentSchema,
  upgrades: [],
  toDocument: (entry) => ({
    id: entry.id,
    month: monthOf(entry.at),
    at: entry.at,
    by: entry.by,
    roles: [...entry.roles],
    operation: entry.operation,
    members: [...entry.members],
    target: { ...entry.target },
    outcome: entry.outcome,
  }),
  fromDocument: (document) =>
    complete<AuditEntry>({
      id: document.id,
      at: document.at,
      by: document.by,
      roles: document.roles,
      operation: document.operation,
      members: document.members,
      target: document.target,
      outcome: document.outcome,
    }),
});
