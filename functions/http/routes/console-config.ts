import * as z from "zod";
import { problem } from "../problem.ts";
import { publicRoute, type Route } from "../route.ts";

const consoleConfigSchema = z
  .object({
    authority: z.string().meta({ description: "The issuer of the tokens, for OpenID Connect Discovery" }),
    clientId: z.string(),
    scope: z.string().meta({ description: "The scopes to request, separated by spaces" }),
  })
  .meta({ id: "ConsoleConfig" });

export const consoleConfigRoutes: readonly Route[] = [
  publicRoute({
    name: "get-console-config",
    method: "GET",
    path: "console/config",
    summary: "Gets what the console needs before anyone signs in",
    request: {},
    responses: { 200: consoleConfigSchema },
    problems: ["not-found"],
    handle: async (_, { signIn }) => {
      if (!signIn) return problem("not-found", { detail: "The setting AUTH_CONSOLE_CLIENT_ID is missing." });
      const { authority, clientId, scope } = signIn;
      return { status: 200, body: { authority, clientId, scope } };
    },
  }),
];
