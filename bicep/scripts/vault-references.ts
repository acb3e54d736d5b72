import * as z from "zod";
import type { Az } from "./az.ts";
import { rest } from "./rest.ts";

/** Source: Web Apps, Get App Settings Key Vault References. */
const referencesSchema = z.object({
  value: z.array(
    z.object({
      name: z.string().optional(),
      id: z.string().optional(),
      properties: z.object({ status: z.string().optional(), details: z.string().optional() }),
    }),
  ),
});

/**
 * Has Azure read the secrets of the app again, and restarts the app.
 * @returns a line for each reference: the setting and its status, such as `AccessToKeyVaultDenied`.
 */
export const refreshReferences = async (az: Az, group: string, app: string): Promise<readonly string[]> => {
  const site = `/subscriptions/{subscriptionId}/resourceGroups/${group}/providers/Microsoft.Web/sites/${app}`;
  const references = `${site}/config/configreferences/appsettings`;
  await rest(az, { method: "post", url: `${references}/refresh?api-version=2022-03-01` });
  await az.read(["functionapp", "restart", "--resource-group", group, "--name", app, "--output", "none"]);
  const { value } = referencesSchema.parse(
    await rest(az, { method: "get", url: `${references}?api-version=2022-03-01` }),
  );
  return value.map(({ name, id, properties: { status = "unknown", details } }) => {
    const setting = name ?? id?.split("/").at(-1) ?? "";
    return `${setting}: ${status}${details ? ` (${details})` : ""}`;
  });
};
