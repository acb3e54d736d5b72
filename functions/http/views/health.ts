import * as z from "zod";
import type { HealthReport, ServiceHealth } from "../../../shared/upkeep/health.ts";
import type { Complete } from "./complete.ts";

const serviceViewSchema = z.object({
  name: z.string(),
  ok: z.boolean(),
  reason: z.string().optional().meta({ description: "Why it is not ok" }),
});

export const healthViewSchema = z
  .object({
    status: z.enum(["up", "down"]),
    checks: z
      .array(serviceViewSchema)
      .optional()
      .meta({ description: "The services that the app depends on; shown to authenticated callers only" }),
  })
  .meta({ id: "Health" });

type HealthView = z.output<typeof healthViewSchema>;

export const healthView = (report: HealthReport): Complete<HealthReport, HealthView> => ({
  status: report.status,
  checks: report.checks?.map(serviceView),
});

const serviceView = (service: ServiceHealth): Complete<ServiceHealth, z.output<typeof serviceViewSchema>> => ({
  name: service.name,
  ok: service.ok,
  reason: service.reason,
});
