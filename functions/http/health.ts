import * as z from "zod";
import { publicRoute, type Route } from "./route.ts";

const healthSchema = z
  .object({
    status: z.enum(["up", "down"]),
    checks: z
      .array(z.object({ name: z.string(), ok: z.boolean() }))
      .optional()
      .meta({ description: "For administrators only" }),
  })
  .meta({ id: "Health" });

export const healthRoutes: readonly Route[] = [
  publicRoute({
    name: "health",
    method: "GET",
    path: "health",
    summary: "Whether the app can do its work",
    request: {},
    responses: { 200: healthSchema, 503: healthSchema },
    problems: [],
    handle: async (_, { health }, caller) => {
      const checks = await health.check();
      const isUp = checks.every(({ ok }) => ok);
      const status = isUp ? ("up" as const) : ("down" as const);
      const body = { status, ...(caller?.roles.includes("Administrator") && { checks: [...checks] }) };
      return isUp ? { status: 200, body } : { status: 503, body };
    },
  }),
];
