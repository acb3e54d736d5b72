import { agentRoutes } from "./agents.ts";
import { contactRoutes } from "./contacts.ts";
import { conversationRoutes } from "./conversations.ts";
import { healthRoutes } from "./health.ts";
import { meRoutes } from "./me.ts";
import { openApiRoute } from "./openapi.ts";
import { optOutRoutes } from "./opt-outs.ts";
import { providerRoutes } from "./providers.ts";
import { quarantineRoutes } from "./quarantine.ts";
import { replyRoutes } from "./replies.ts";
import type { Route } from "./route.ts";
import { settingRoutes } from "./settings.ts";
import { transitionRoutes } from "./transitions.ts";
import { workItemRoutes } from "./work-items.ts";

/** The whole API. */
export const makeRoutes = (): readonly Route[] => {
  const routes = [
    ...meRoutes,
    ...workItemRoutes,
    ...conversationRoutes,
    ...transitionRoutes,
    ...replyRoutes,
    ...contactRoutes,
    ...agentRoutes,
    ...settingRoutes,
    ...optOutRoutes,
    ...providerRoutes,
    ...quarantineRoutes,
    ...healthRoutes,
  ];
  return [...routes, openApiRoute(routes)];
};
