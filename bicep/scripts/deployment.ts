/** The environments that there are parameter files for. */
export const ENVIRONMENTS = ["dev", "test", "prod"] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

/** What is deployed where. */
export interface Target {
  readonly environment: Environment;
  /** The group that is there already; without one the deployment makes `rg-hilo-<environment>`. */
  readonly existingGroup?: string;
  /** By name, what the parameter files read from the environment. */
  readonly settings: Readonly<Record<string, string>>;
}

/** One call of the Azure CLI: its arguments. */
export type AzCall = readonly string[];

export const groupOf = ({ environment, existingGroup }: Target): string => existingGroup ?? `rg-hilo-${environment}`;

/** What the parameter file comes to, as Azure would get it. */
export const builtParameters = (target: Target): AzCall => [
  ...["bicep", "build-params", "--file", parametersOf(target), "--stdout"],
];

/** The names of the vaults in the group. */
export const vaultsOf = (target: Target): AzCall => [
  ...["keyvault", "list", "--resource-group", groupOf(target), "--query", "[].name", "--output", "json"],
];

/** The id of a secret, by the resource manager: who deploys may see that it is there, and not what it is. */
export const secretOf = (target: Target, vault: string, name: string): AzCall => [
  ...["resource", "show", "--resource-group", groupOf(target), "--namespace", "Microsoft.KeyVault"],
  ...["--parent", `vaults/${vault}`, "--resource-type", "secrets", "--name", name, "--query", "id", "--output", "tsv"],
];

/** The first pass: everything but the event subscriptions. */
export const firstPass = (target: Target, verb: "what-if" | "create"): AzCall => [
  ...["deployment", scopeOf(target), verb],
  ...(target.existingGroup === undefined
    ? ["--location", target.settings.HILO_LOCATION ?? ""]
    : ["--resource-group", target.existingGroup]),
  ...["--name", nameOf(target)],
  ...["--parameters", parametersOf(target)],
  ...(verb === "create" ? ["--output", "none"] : []),
];

/** What the first pass made. */
export const outputsOf = (target: Target): AzCall => [
  ...["deployment", scopeOf(target), "show"],
  ...(target.existingGroup === undefined ? [] : ["--resource-group", target.existingGroup]),
  ...["--name", nameOf(target), "--query", "properties.outputs", "--output", "json"],
];

/** Puts the package where the app runs. */
export const publish = (target: Target, app: string, zip: string): AzCall => [
  ...["functionapp", "deployment", "source", "config-zip"],
  ...["--resource-group", groupOf(target), "--name", app],
  ...["--src", zip, "--build-remote", "false"],
];

/** The second pass: the event subscriptions. */
export const secondPass = (target: Target): AzCall => [
  ...["deployment", "group", "create", "--resource-group", groupOf(target)],
  ...["--name", `${nameOf(target)}-events`],
  ...["--parameters", `bicep/params/events.${target.environment}.bicepparam`, "--output", "none"],
];

const parametersOf = ({ environment, existingGroup }: Target): string =>
  `bicep/params/${existingGroup === undefined ? "main" : "workload"}.${environment}.bicepparam`;

const scopeOf = ({ existingGroup }: Target): string => (existingGroup === undefined ? "sub" : "group");

const nameOf = ({ environment }: Target): string => `hilo-${environment}`;
