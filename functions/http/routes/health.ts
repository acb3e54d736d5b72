import { reportHealth } from "../../../shared/upkeep/health.ts";
import { publicRoute, type Route } from "../route.ts";
import { healthView, healthViewSchema } from "../views/health.ts";

export const healthRoutes: readonly Route[] = [
  publicRoute({
    name: "health",
    method: "GET",
    path: "health",
    summary: "Reports whether the app is healthy",
    request: {},
    responses: { 200: healthViewSchema, 503: healthViewSchema },
    problems: [],
    handle: async (_, ports, { caller }) => {
      const report = await reportHealth(ports, caller);
      return { status: report.status === "up" ? 200 : 503, body: healthView(report) };
    },
  }),
];
