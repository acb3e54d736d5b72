import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import * as z from "zod";
import { type Az, checkTools, makeAz } from "./az.ts";
import { runCommand, UsageError } from "./command.ts";
import {
  ENVIRONMENTS,
  type Environment,
  firstPass,
  groupOf,
  outputsOf,
  publish,
  secondPass,
  type Target,
} from "./deployment.ts";
import { PACKAGE, packageApp } from "./package.ts";
import { again, untilWell } from "./patience.ts";

const HELP = `Deploys Hilo to Azure: shows what would change, asks, deploys, publishes the app, waits until it is well, and
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

/** A role that was given a moment ago may not be known everywhere yet, and neither may a function. */
const FOR_ROLES = { tries: 6, pauseMs: 30_000 };
const FOR_HEALTH = { tries: 60, pauseMs: 10_000 };

const outputSchema = z.object({ value: z.string() });
const outputsSchema = z.object({
  functionAppName: outputSchema,
  functionAppUrl: outputSchema,
  communicationName: outputSchema,
  keyVaultName: outputSchema,
  serviceBusName: outputSchema,
  storageName: outputSchema,
  dashboardUrl: outputSchema,
});
type Outputs = z.infer<typeof outputsSchema>;

interface Options extends Target {
  readonly yes: boolean;
  readonly dryRun: boolean;
}

const main = async (): Promise<number> => {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === "help") {
    console.log(HELP);
    return 0;
  }
  if (options.dryRun) {
    console.log(commandsFor(options));
    return 0;
  }
  const az = makeAz({ ...process.env, ...options.settings });
  const account = await checkTools(az);

  heading("What would change");
  await az.show(firstPass(options, "what-if"));
  if (!options.yes && !(await confirmed(`Deploy this to ${groupOf(options)} in ${account}? [y/N] `))) {
    console.log("Nothing was deployed.");
    return 1;
  }
  await deploy(az, options);
  return 0;
};

const deploy = async (az: Az, target: Target): Promise<void> => {
  heading("Everything but the events");
  await az.show(firstPass(target, "create"));
  const outputs = outputsSchema.parse(JSON.parse(await az.read(outputsOf(target))));

  heading("The app");
  await packageApp();
  await again("Publishing", () => az.show(publish(target, outputs.functionAppName.value, PACKAGE)), FOR_ROLES);
  await waitForHealth(outputs.functionAppUrl.value);

  // Last: from now on customers' texts arrive, and the app that gets them is known to be well.
  heading("The events");
  await again("This", () => az.show(secondPass(target)), FOR_ROLES);
  console.log(whereIs(target, outputs));
};

/** Reads what to deploy where. @throws UsageError that names all that is missing. */
const readOptions = (args: readonly string[], environment: NodeJS.ProcessEnv): Options | "help" => {
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

/** The same as a script for a shell: what Azure names is asked for. */
const commandsFor = (target: Target): string => {
  const az = (args: readonly string[]) => ["az", ...args].map(quoted).join(" ");
  const output = (name: string) =>
    `$(${az(outputsOf(target))
      .replace("properties.outputs", `properties.outputs.${name}.value`)
      .replace("--output json", "--output tsv")})`;
  return [
    ...Object.entries(target.settings).map(([name, value]) => `export ${name}=${quoted(value)}`),
    az(firstPass(target, "what-if")),
    az(firstPass(target, "create")),
    `APP=${output("functionAppName")}`,
    `URL=${output("functionAppUrl")}`,
    "npm run package",
    az(publish(target, "$APP", PACKAGE)),
    `curl --fail --silent --retry ${FOR_HEALTH.tries} --retry-delay ${FOR_HEALTH.pauseMs / 1000} --retry-all-errors "$URL/api/health"`,
    az(secondPass(target)),
  ].join("\n");
};

const quoted = (text: string): string => {
  if (text.startsWith("$")) return `"${text}"`;
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
};

/** Asks a question; no answer at all is no. */
const confirmed = async (question: string): Promise<boolean> => {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const closed = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
  const answer = await Promise.race([lines.question(question), closed]);
  lines.close();
  return /^y(es)?$/i.test(answer.trim());
};

/** @throws UsageError when the app does not come to be well. */
const waitForHealth = async (url: string): Promise<void> => {
  const last = await untilWell(`${url}/api/health`, FOR_HEALTH);
  if (last !== undefined) {
    throw new UsageError(`${url}/api/health does not say that the app is well: ${last}.
No events are delivered to it yet. docs/runbook.md says where to look; then run this again.`);
  }
  console.log(`${url}/api/health says that all is well.`);
};

const heading = (text: string): void => console.log(`\n== ${text}`);

const whereIs = (target: Target, outputs: Outputs): string => `
Hilo runs in ${groupOf(target)}.

  app             ${outputs.functionAppUrl.value}/api
  its API         ${outputs.functionAppUrl.value}/api/openapi.json
  dashboard       ${outputs.dashboardUrl.value}
  numbers         ${outputs.communicationName.value} (Azure Communication Services)
  dead letters    ${outputs.serviceBusName.value} (Service Bus), ${outputs.storageName.value} (events)
  secrets         ${outputs.keyVaultName.value} (Key Vault)

Next: a number, see "A number" in docs/runbook.md.`;

await runCommand(HELP, main);
