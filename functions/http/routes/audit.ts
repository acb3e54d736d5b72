import { pageIn, pageOf, pageQuery, showPage } from "../page.ts";
import { ADMINISTRATORS, type Route, route } from "../route.ts";
import { auditEntryView, auditEntryViewSchema } from "../views/audit-entry.ts";

export const auditRoutes: readonly Route[] = [
  route(ADMINISTRATORS, {
    name: "list-audit",
    method: "GET",
    path: "audit",
    summary: "Lists the changes, exports and replays by administrators and supervisors, newest first",
    request: { query: pageQuery },
    responses: { 200: pageOf(auditEntryViewSchema) },
    problems: [],
    handle: async ({ query }, { audit }) => ({
      status: 200,
      body: showPage(await audit.list(pageIn(query)), auditEntryView),
    }),
  }),
];
