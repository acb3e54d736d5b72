import { parseArgs } from "node:util";
import { UsageError } from "./command.ts";
import { ENVIRONMENTS, type Environment, type Target } from "./deployment.ts";

export const HELP = `Deploys Hilo to Azure: shows what would change, asks, deploys, publishes the app, waits until it is well, and
has its events delivered. It can be run again at any time. It needs the Azure CLI, logged in, and nothing else.

Usage: npm run deploy -- --env dev|test|prod [options]

  --env E                 which parameter files to take
  --location L            where everything is kept                (or HILO_LOCATION), such as westeurope
  --data-location L       where texts and numbers are kept        (or HILO_DATA_LOCATION), such as Europe
  --audience ID           client id of the API's app registration (or HILO_API_AUDIENCE)
  --alert-email ADDRESS   who is told when something is wrong     (or HILO_ALERT_EMAIL)
  --operators-group ID    Entra group that may replay dead letters (or HILO_OPERATORS_GROUP_ID); optional
  --resource-group NAME   a group that is there already, for those who may not make one
  --yes                   does not ask
  --dry-run               prints the commands, and runs none
  --help                  prints this`;

/** Settings of the parameter files, and the options that give them. */
const SETTINGS = [
  { option: "location", name: "HILO_LOCATION", required: true },
  { option: "data-location", name: "HILO_DATA_LOCATION", required: true },
  { option: "audience", name: "HILO_API_AUDIENCE", required: true },
  { option: "alert-email", name: "HILO_ALERT_EMAIL", required: true },
  { option: "operators-group", name: "HILO_OPERATORS_GROUP_ID", required: false },
] as const;

export interface DeployOptions extends Target {
  readonly yes: boolean;
  readonly dryRun: boolean;
}

/** Reads what to deploy where. @throws UsageError that names all that is missing. */
export const readOptions = (args: readonly string[], environment: NodeJS.ProcessEnv): DeployOptions | "help" => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      env: { type: "string" },
      location: { type: "string" },
      "data-location": { type: "string" },
      audience: { type: "string" },
      "alert-email": { type: "string" },
      "operators-group": { type: "string" },
      "resource-group": { type: "string" },
      yes: { type: "boolean", default: false },
      "dry-run": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const given = SETTINGS.map((setting) => ({
    ...setting,
    value: values[setting.option] ?? environment[setting.name] ?? "",
  }));
  const missing = [
    ...(isEnvironment(values.env) ? [] : ["--env, one of dev, test, prod"]),
    ...given
      .filter(({ value, required }) => required && value === "")
      .map(({ option, name }) => `--${option}, or ${name} in the environment`),
  ];
  if (!isEnvironment(values.env) || missing.length > 0) {
    throw new UsageError(`This is missing:\n  ${missing.join("\n  ")}\n\nnpm run deploy -- --help says what each is.`);
  }
  return {
    environment: values.env,
    ...(values["resource-group"] !== undefined && { existingGroup: values["resource-group"] }),
    settings: Object.fromEntries(given.filter(({ value }) => value !== "").map(({ name, value }) => [name, value])),
    yes: values.yes,
    dryRun: values["dry-run"],
  };
};

const isEnvironment = (text: string | undefined): text is Environment =>
  ENVIRONMENTS.some((environment) => environment === text);
