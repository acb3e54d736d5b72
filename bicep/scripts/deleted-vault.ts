import * as z from "zod";
import type { Az } from "./az.ts";
import { UsageError } from "./command.ts";
import { groupOf, type Target } from "./deployment.ts";

const deletedSchema = z.array(z.object({ name: z.string(), vaultId: z.string() }));

/**
 * Finds the vault of an environment that was deleted and can be recovered. A vault of its name cannot be created for 90
 * days, and it holds the key of the thread ids.
 * @returns its name; undefined without one, and when the deployer may not list deleted vaults.
 */
export const deletedVaultOf = async (az: Az, target: Target): Promise<string | undefined> => {
  const deleted = await listDeleted(az);
  const inGroup = `/resourcegroups/${groupOf(target)}/`.toLowerCase();
  return deleted.find(
    ({ name, vaultId }) => name.startsWith(`kv-${target.environment}-`) && vaultId.toLowerCase().includes(inGroup),
  )?.name;
};

const listDeleted = async (az: Az): Promise<z.infer<typeof deletedSchema>> => {
  const query = "[].{name: name, vaultId: properties.vaultId}";
  const call = ["keyvault", "list-deleted", "--resource-type", "vault", "--query", query, "--output", "json"];
  try {
    return deletedSchema.parse(JSON.parse(await az.read(call)));
  } catch (error) {
    // The right to list them is one on the subscription. Without it, Azure names the vault when the deployment fails.
    if (error instanceof UsageError && error.message.includes("AuthorizationFailed")) return [];
    throw error;
  }
};
