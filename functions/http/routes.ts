import type { Route } from "./route.ts";
import { agentRoutes } from "./routes/agents.ts";
import { auditRoutes } from "./routes/audit.ts";
import { blockedNumberRoutes } from "./routes/blocked-numbers.ts";
import { consoleConfigRoutes } from "./routes/console-config.ts";
import { contactRoutes } from "./routes/contacts.ts";
import { conversationRoutes } from "./routes/conversations.ts";
import { draftRoutes } from "./routes/drafts.ts";
import { healthRoutes } from "./routes/health.ts";
import { meRoutes } from "./routes/me.ts";
import { noteRoutes } from "./routes/notes.ts";
import { openApiRoute } from "./routes/openapi.ts";
import { optOutRoutes } from "./routes/opt-outs.ts";
import { providerRoutes } from "./routes/providers.ts";
import { quarantineRoutes } from "./routes/quarantine.ts";
import { replyRoutes } from "./routes/replies.ts";
import { settingRoutes } from "./routes/settings.ts";
import { transitionRoutes } from "./routes/transitions.ts";
import { tryRulesRoutes } from "./routes/try-rules.ts";
import { workItemRoutes } from "./routes/work-items.ts";

/** The whole API. */
export const makeRoutes = (): readonly Route[] => {
  const routes = [
    ...meRoutes,
    ...workItemRoutes,
    ...conversationRoutes,
    ...transitionRoutes,
    ...replyRoutes,
    ...noteRoutes,
    ...draftRoutes,
    ...contactRoutes,
    ...agentRoutes,
    ...settingRoutes,
    ...tryRulesRoutes,
    ...optOutRoutes,
    ...blockedNumberRoutes,
    ...providerRoutes,
    ...quarantineRoutes,
    ...auditRoutes,
    ...healthRoutes,
    ...consoleConfigRoutes,
  ];
  return [...routes, openApiRoute(routes)];
};
