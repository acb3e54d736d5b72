import * as z from "zod";
import type { ProviderName, SmsProvider } from "../../shared/sms/provider.ts";
import { problemsOf } from "../config/setting-problems.ts";
import type { ProviderContext, ProviderSetup } from "./provider-setup.ts";

/** The address of a provider's API. */
export const apiUrlSchema = z
  .url({ protocol: /^https?$/ })
  .refine((url) => !url.endsWith("/"), "must not end with a slash");

interface ProviderParts<Settings> {
  readonly settings: Settings;
  /** Our address for the provider's calls. */
  readonly webhookUrl: string;
  readonly context: ProviderContext;
}

/** Makes the setup of a provider that calls us. When one of its settings is set, all required ones must be. */
export const webhookProviderSetup = <Schema extends z.ZodObject>(
  name: ProviderName,
  schema: Schema,
  make: (parts: ProviderParts<z.output<Schema>>) => SmsProvider,
): ProviderSetup => {
  const settingNames = Object.keys(schema.shape);
  return {
    settingNames,
    configure: (settings, publicUrl) => {
      if (!settingNames.some((settingName) => settings[settingName] !== undefined)) return { problems: [] };
      const parsed = schema.safeParse(settings);
      const problems = [
        ...(parsed.error ? problemsOf(parsed.error) : []),
        ...(publicUrl === undefined ? [`PUBLIC_URL: must be set, because ${name} calls the app`] : []),
      ];
      if (!parsed.success || problems.length > 0) return { problems };
      const webhookUrl = `${publicUrl}/api/webhooks/${name}`;
      return { problems, make: (context) => make({ settings: parsed.data, webhookUrl, context }) };
    },
  };
};
