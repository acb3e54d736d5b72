import { parseArgs } from "node:util";
import { UsageError } from "./command.ts";
import { isEnvironment, type Target } from "./deployment.ts";

export const HELP = `Deploys Hilo to Azure: shows the changes, asks for confirmation, deploys, publishes the app, waits until it is
healthy, connects the events, and asks for a text to report its way. You can repeat it at any time. It needs only the Azure
CLI, logged in, and a registered environment (npm run register).

Usage: npm run deploy -- --env dev|test|prod [options]

  --env E                 environment, whose parameter files are used
  --location L            Azure region, such as westeurope              (or HILO_LOCATION)
  --data-location L       where ACS keeps texts, such as Europe         (or HILO_DATA_LOCATION)
  --audience ID           client id of the API's app registration       (or HILO_API_AUDIENCE); by default that of
                          npm run register
  --console-client ID     client id of the console's app registration   (or HILO_CONSOLE_CLIENT_ID); by default that of
                          npm run register
  --alert-email ADDRESS   receives alerts                               (or HILO_ALERT_EMAIL)
  --operators-group ID    Entra group that may replay dead letters      (or HILO_OPERATORS_GROUP_ID); optional
  --resource-group NAME   an existing group, if you cannot create one
  --yes                   deploy without asking
  --skip-text             do not ask for a text at the end
  --dry-run               print the commands instead of running them
  --help                  print this help`;

/** The environment variables that the parameter files read, and the options that set them. */
const SETTINGS = [
  { option: "location", name: "HILO_LOCATION", required: true },
  { option: "data-location", name: "HILO_DATA_LOCATION", required: true },
  { option: "audience", name: "HILO_API_AUDIENCE", required: false },
  { option: "console-client", name: "HILO_CONSOLE_CLIENT_ID", required: false },
  { option: "alert-email", name: "HILO_ALERT_EMAIL", required: true },
  { option: "operators-group", name: "HILO_OPERATORS_GROUP_ID", required: false },
] as const;

export interface DeployOptions extends Target {
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly skipText: boolean;
}

/** Parses the options. @throws UsageError that names all missing ones. */
export const readOptions = (args: readonly string[], environment: NodeJS.ProcessEnv): DeployOptions | "help" => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      env: { type: "string" },
      location: { type: "string" },
      "data-location": { type: "string" },
      audience: { type: "string" },
      "console-client": { type: "string" },
      "alert-email": { type: "string" },
      "operators-group": { type: "string" },
      "resource-group": { type: "string" },
      yes: { type: "boolean", default: false },
      "dry-run": { type: "boolean", default: false },
      "skip-text": { type: "boolean", default: false },
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
    throw new UsageError(`Missing options:\n  ${missing.join("\n  ")}\n\nSee: npm run deploy -- --help`);
  }
  return {
    environment: values.env,
    ...(values["resource-group"] !== undefined && { existingGroup: values["resource-group"] }),
    settings: Object.fromEntries(given.filter(({ value }) => value !== "").map(({ name, value }) => [name, value])),
    yes: values.yes,
    dryRun: values["dry-run"],
    skipText: values["skip-text"],
  };
};
