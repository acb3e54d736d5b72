import * as z from "zod";
import { roleSchema } from "../../../shared/kernel/caller.ts";
import { agentIdSchema } from "../../../shared/kernel/ids.ts";
import { instantSchema } from "../../../shared/kernel/instant.ts";
import { type AuditEntry, auditOutcomeSchema } from "../../../shared/records/audit.ts";
import type { Complete } from "./complete.ts";

export const auditEntryViewSchema = z
  .object({
    id: z.string(),
    at: instantSchema.meta({ description: "When the change was intended" }),
    by: agentIdSchema.meta({ description: "Who made it" }),
    roles: z.array(roleSchema).meta({ description: "The roles with which it was made" }),
    operation: z.string().meta({ description: "The operation, by its operationId", examples: ["save-setting"] }),
    target: z
      .record(z.string(), z.string())
      .meta({ description: "What was changed: the parameters of the path, and the id of what was created" }),
    members: z.array(z.string()).meta({ description: "The names of the members that were sent; never their values" }),
    outcome: auditOutcomeSchema.meta({
      description: "intended: a crash or an outage hid the outcome, so the change may have been made",
    }),
  })
  .meta({ id: "AuditEntry" });
type AuditEntryView = z.output<typeof auditEntryViewSchema>;

export const auditEntryView = (entry: AuditEntry): Complete<AuditEntry, AuditEntryView> => ({
  id: entry.id,
  at: entry.at,
  by: entry.by,
  roles: entry.roles,
  operation: entry.operation,
  target: entry.target,
  members: entry.members,
  outcome: entry.outcome,
});
