import * as z from "zod";
import type { Az } from "./az.ts";
import { UsageError } from "./command.ts";
import { type AzCall, builtParameters, groupOf, secretOf, type Target, vaultsOf } from "./deployment.ts";

const builtSchema = z.object({ parametersJson: z.string() });
const parametersSchema = z.object({
  parameters: z.object({
    settings: z.object({ value: z.object({ secretSettings: z.array(z.string()).default([]) }) }),
  }),
});

/**
 * Makes sure that each secret which the environment names is in the vault already: without it the deployment would end
 * halfway. Values are not asked for.
 * @throws UsageError that says what to do.
 */
export const checkSecrets = async (az: Az, target: Target): Promise<void> => {
  const built = builtSchema.parse(JSON.parse(await az.read(builtParameters(target))));
  const { secretSettings } = parametersSchema.parse(JSON.parse(built.parametersJson)).parameters.settings.value;
  if (secretSettings.length === 0) return;
  const vault = await vaultOf(az, target);
  if (vault === undefined) {
    throw new UsageError(`${target.environment} names secretSettings, but ${groupOf(target)} has no vault yet where they could be.
Take them out of bicep/params/environments.bicep and deploy: that makes the vault. Then put the secrets there, name them
again, and deploy again. See "Secrets of a provider" in docs/runbook.md.`);
  }
  const missing: string[] = [];
  for (const name of secretSettings.map(secretNameOf)) {
    if ((await readIfThere(az, secretOf(target, vault, name))) === undefined) missing.push(name);
  }
  if (missing.length > 0) {
    throw new UsageError(`These secrets are not in the vault ${vault}:
  ${missing.join("\n  ")}
Put each there from a file: az keyvault secret set --vault-name ${vault} --name NAME --file FILE --output none
See "Secrets of a provider" in docs/runbook.md.`);
  }
};

/** As in workload.bicep. */
const secretNameOf = (setting: string): string => setting.toLowerCase().replaceAll("_", "-");

/** It is looked for by name: after a deployment that failed, there are no outputs that tell it. */
const vaultOf = async (az: Az, target: Target): Promise<string | undefined> => {
  const names = z.array(z.string()).parse(JSON.parse((await readIfThere(az, vaultsOf(target))) ?? "[]"));
  return names.find((name) => name.startsWith(`kv-${target.environment}-`));
};

/** @returns nothing where Azure says that there is no such thing. @throws UsageError when it says anything else. */
const readIfThere = (az: Az, call: AzCall): Promise<string | undefined> =>
  az.read(call).catch((error: unknown) => {
    if (error instanceof UsageError && /NotFound\b/.test(error.message)) return undefined;
    throw error;
  });
