import * as z from "zod";
import type { Az } from "./az.ts";
import { UsageError } from "./command.ts";
import { groupOf, secretOf, type Target, vaultsOf } from "./deployment.ts";
import type { EnvironmentSettings } from "./environment-settings.ts";
import { undefinedIfNotFound } from "./rest.ts";

/**
 * Checks that every secret in `secretSettings` of the environment exists in the vault; without one the deployment would
 * fail halfway. Reads no values.
 * @throws UsageError that says what to do.
 */
export const checkSecrets = async (
  az: Az,
  target: Target,
  { secretSettings }: Pick<EnvironmentSettings, "secretSettings">,
): Promise<void> => {
  if (secretSettings.length === 0) return;
  const vault = await vaultOf(az, target);
  if (vault === undefined) {
    throw new UsageError(`${target.environment} has secretSettings, but ${groupOf(target)} has no vault yet.
Remove them from bicep/params/environments.bicep and deploy: that creates the vault. Then store the secrets, add the
settings, and deploy again. See "Store the secrets of a provider" in docs/runbook.md.`);
  }
  const missing: string[] = [];
  for (const name of secretSettings.map(secretNameOf)) {
    if ((await undefinedIfNotFound(az.read(secretOf(target, vault, name)))) === undefined) missing.push(name);
  }
  if (missing.length > 0) {
    throw new UsageError(`These secrets are not in the vault ${vault}:
  ${missing.join("\n  ")}
Store each of them from a file: az keyvault secret set --vault-name ${vault} --name NAME --file FILE --output none
See "Store the secrets of a provider" in docs/runbook.md.`);
  }
};

/** The same rule as in workload.bicep. */
const secretNameOf = (setting: string): string => setting.toLowerCase().replaceAll("_", "-");

/** Finds the vault by its name: a failed deployment has no outputs. */
const vaultOf = async (az: Az, target: Target): Promise<string | undefined> => {
  const names = z.array(z.string()).parse(JSON.parse((await undefinedIfNotFound(az.read(vaultsOf(target)))) ?? "[]"));
  return names.find((name) => name.startsWith(`kv-${target.environment}-`));
};
