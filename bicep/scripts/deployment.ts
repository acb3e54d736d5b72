/** The environments that have parameter files. */
export const ENVIRONMENTS = ["dev", "test", "prod"] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

/** The environment to deploy, and where to. */
export interface Target {
  readonly environment: Environment;
  /** An existing resource group. Without it, the deployment creates `rg-hilo-<environment>`. */
  readonly existingGroup?: string;
  /** The environment variables that the parameter files read. */
  readonly settings: Readonly<Record<string, string>>;
}

/** The arguments of one call of the Azure CLI. */
export type AzCall = readonly string[];

export const isEnvironment = (text: string | undefined): text is Environment =>
  ENVIRONMENTS.some((environment) => environment === text);

export const groupOf = ({ environment, existingGroup }: Target): string => existingGroup ?? `rg-hilo-${environment}`;

/** Prints the parameter file as the JSON that Azure would get. */
export const builtParameters = (target: Target): AzCall => [
  "bicep",
  "build-params",
  "--file",
  parametersOf(target),
  "--stdout",
];

/** Prints the names of the vaults in the group. */
export const vaultsOf = (target: Target): AzCall => [
  "keyvault",
  "list",
  "--resource-group",
  groupOf(target),
  "--query",
  "[].name",
  "--output",
  "json",
];

/** Prints the id of a secret. It goes through the resource manager: the deployer needs no right to read the value. */
export const secretOf = (target: Target, vault: string, name: string): AzCall => [
  "resource",
  "show",
  "--resource-group",
  groupOf(target),
  "--namespace",
  "Microsoft.KeyVault",
  "--parent",
  `vaults/${vault}`,
  "--resource-type",
  "secrets",
  "--name",
  name,
  "--query",
  "id",
  "--output",
  "tsv",
];

/** The first pass: everything except the event subscriptions. */
export const firstPass = (target: Target, verb: "what-if" | "create"): AzCall => [
  "deployment",
  scopeOf(target),
  verb,
  ...(target.existingGroup === undefined
    ? ["--location", target.settings.HILO_LOCATION ?? ""]
    : ["--resource-group", target.existingGroup]),
  "--name",
  nameOf(target),
  "--parameters",
  parametersOf(target),
  ...(verb === "create" ? ["--output", "none"] : []),
];

/** Prints the outputs of the first pass. */
export const outputsOf = (target: Target): AzCall => [
  "deployment",
  scopeOf(target),
  "show",
  ...(target.existingGroup === undefined ? [] : ["--resource-group", target.existingGroup]),
  "--name",
  nameOf(target),
  "--query",
  "properties.outputs",
  "--output",
  "json",
];

/** Prints one output of the first pass. */
export const outputOf = (target: Target, name: string): AzCall =>
  outputsOf(target).map((arg) =>
    arg === "properties.outputs" ? `${arg}.${name}.value` : arg === "json" ? "tsv" : arg,
  );

/** Publishes the package to the function app. */
export const publish = (target: Target, app: string, zip: string): AzCall => [
  "functionapp",
  "deployment",
  "source",
  "config-zip",
  "--resource-group",
  groupOf(target),
  "--name",
  app,
  "--src",
  zip,
  "--build-remote",
  "false",
];

/** The second pass: the event subscriptions. */
export const secondPass = (target: Target): AzCall => [
  "deployment",
  "group",
  "create",
  "--resource-group",
  groupOf(target),
  "--name",
  `${nameOf(target)}-events`,
  "--parameters",
  `bicep/params/events.${target.environment}.bicepparam`,
  "--output",
  "none",
];

const parametersOf = ({ environment, existingGroup }: Target): string =>
  `bicep/params/${existingGroup === undefined ? "main" : "workload"}.${environment}.bicepparam`;

const scopeOf = ({ existingGroup }: Target): string => (existingGroup === undefined ? "sub" : "group");

const nameOf = ({ environment }: Target): string => `hilo-${environment}`;
