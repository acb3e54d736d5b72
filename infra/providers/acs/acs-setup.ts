import * as z from "zod";
import { connectionOf } from "../../config/connection.ts";
import { problemsOf } from "../../config/setting-problems.ts";
import type { ProviderSetup } from "../provider-setup.ts";
import { AcsProvider } from "./acs-provider.ts";

const settingsSchema = z.object({
  ACS_ENDPOINT: z.url().optional(),
  ACS_CONNECTION_STRING: z
    .string()
    .regex(/^endpoint=https?:\/\/[^;]+;accesskey=.+$/i, "must be endpoint=<URL>;accesskey=<key>")
    .optional(),
});

/** Azure Communication Services, by identity (in Azure) or connection string (elsewhere). */
export const acsSetup: ProviderSetup = {
  settingNames: Object.keys(settingsSchema.shape),
  configure: (settings) => {
    const parsed = settingsSchema.safeParse(settings);
    if (!parsed.success) return { problems: problemsOf(parsed.error) };
    const { ACS_ENDPOINT: endpoint, ACS_CONNECTION_STRING: connectionString } = parsed.data;
    if (endpoint !== undefined && connectionString !== undefined) {
      return { problems: ["set either ACS_ENDPOINT or ACS_CONNECTION_STRING, and not both"] };
    }
    const connection = connectionOf(endpoint, connectionString);
    return {
      problems: [],
      ...(connection && { make: (context) => new AcsProvider(connection, context) }),
    };
  },
};
