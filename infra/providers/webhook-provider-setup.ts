import * as z from "zod";
import type { ProviderName, SmsProvider } from "../../shared/sms/provider.ts";
import { problemsOf } from "../setting-problems.ts";
import type { ProviderContext, ProviderSetup } from "./provider-setup.ts";

/** Where a provider's API is. */
export const apiUrlSchema = z
  .url({ protocol: /^https?$/ })
  .refine((url) => !url.endsWith("/"), "must not end with a slash");

/** What a provider that calls us is made of. */
interface ProviderParts<Settings> {
  readonly settings: Settings;
  /** Our address for its calls. */
  readonly webhookUrl: string;
  readonly context: ProviderContext;
}

/** The setup of a provider that calls us itself: as soon as one of its settings is there, all that it needs must be. */
export const webhookProviderSetup = <Schema extends z.ZodObject>(
  name: ProviderName,
  schema: Schema,
  make: (parts: ProviderParts<z.output<Schema>>) => SmsProvider,
): ProviderSetup => {
  const settingNames = Object.keys(schema.shape);
  return {
    settingNames,
    configure: (all, publicUrl) => {
      if (!settingNames.some((each) => all[each] !== undefined)) return { problems: [] };
      const parsed = schema.safeParse(all);
      const problems = [
        ...(parsed.error ? problemsOf(parsed.error) : []),
        ...(publicUrl === undefined ? [`PUBLIC_URL: must be set, since ${name} calls the app`] : []),
      ];
      if (!parsed.success || problems.length > 0) return { problems };
      const webhookUrl = `${publicUrl}/api/webhooks/${name}`;
      return { problems, make: (context) => make({ settings: parsed.data, webhookUrl, context }) };
    },
  };
};
