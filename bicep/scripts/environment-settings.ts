import * as z from "zod";
import type { Az } from "./az.ts";
import { builtParameters, type Target } from "./deployment.ts";

const builtSchema = z.object({ parametersJson: z.string() });
const settingsSchema = z.object({
  secretSettings: z.array(z.string()).default([]),
  keepsDeadLetters: z.boolean().default(false),
  monthlyBudget: z.number(),
});
const parametersSchema = z.object({ parameters: z.object({ settings: z.object({ value: settingsSchema }) }) });

/** The settings of an environment that the script uses, as `bicep/params/environments.bicep` has them. */
export type EnvironmentSettings = z.infer<typeof settingsSchema>;

export const readSettings = async (az: Az, target: Target): Promise<EnvironmentSettings> => {
  const built = builtSchema.parse(JSON.parse(await az.read(builtParameters(target))));
  return parametersSchema.parse(JSON.parse(built.parametersJson)).parameters.settings.value;
};
