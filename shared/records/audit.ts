import * as z from "zod";
import { roleSchema } from "../kernel/caller.ts";
import { agentIdSchema } from "../kernel/ids.ts";
import { type Instant, instantSchema } from "../kernel/instant.ts";
import type { Page, PageRequest } from "../kernel/stored.ts";

/** How far a recorded change came. `intended`: it may have been made; a crash or an outage hid the outcome. */
export const auditOutcomeSchema = z.enum(["intended", "done", "refused"]);

/** One change by an administrator or a supervisor. It names members and ids, and never a value of a person. */
export const auditEntrySchema = z.object({
  id: z.string().min(1),
  /** When the change was intended. */
  at: instantSchema,
  by: agentIdSchema,
  /** The roles with which it was made. */
  roles: z.array(roleSchema),
  /** The operation, by its name in the description of the API. */
  operation: z.string().min(1),
  /** What was changed: the parameters of the path and, when the change created it, `createdId`. */
  target: z.record(z.string(), z.string()),
  /** The names of the members that were sent. */
  members: z.array(z.string()),
  outcome: auditOutcomeSchema,
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

/** What is known of a change after it was tried. */
export type AuditResult = Pick<AuditEntry, "outcome" | "target">;

/** The store of the audit. Every method throws TransientError when the store is unavailable or throttles. */
export interface Audit {
  /** Records a change before it is made. */
  intend(entry: AuditEntry): Promise<void>;
  /** Records the result of an intended change. */
  settle(entry: Pick<AuditEntry, "id" | "at">, result: AuditResult): Promise<void>;
  /** Newest first. */
  list(page: PageRequest): Promise<Page<AuditEntry>>;
}

/** The month of an entry, such as 2026-11: entries of a month are stored together. */
export const monthOf = (at: Instant): string => at.slice(0, "2026-11".length);

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly audit: Audit;
  }
}
