import * as z from "zod";
import type { HealthReport } from "../../../shared/upkeep/health.ts";

export const healthViewSchema = z
  .object({
    status: z.enum(["up", "down"]),
    checks: z
      .array(
        z.object({
          name: z.string(),
          ok: z.boolean(),
          reason: z.string().optional().meta({ description: "Why it is not ok" }),
        }),
      )
      .optional()
      .meta({ description: "The services that the app depends on; shown to authenticated callers only" }),
  })
  .meta({ id: "Health" });

export const healthView = ({ status, checks }: HealthReport): z.output<typeof healthViewSchema> => ({
  status,
  checks: checks?.map(({ name, ok, reason }) => ({ name, ok, reason })),
});
