import * as z from "zod";
import { awaitHealth } from "./await-health.ts";
import { type Az, checkTools, makeAz } from "./az.ts";
import { updateBudget } from "./budget.ts";
import { runCommand, UsageError } from "./command.ts";
import { deletedVaultOf } from "./deleted-vault.ts";
import { type DeployOptions, HELP, readOptions } from "./deploy-options.ts";
import { scriptFor } from "./deploy-script.ts";
import { firstPass, groupOf, outputsOf, publish, secondPass, type Target } from "./deployment.ts";
import { type EnvironmentSettings, readSettings } from "./environment-settings.ts";
import { PACKAGE, packageApp } from "./package.ts";
import { openPrompt, type Prompt } from "./prompt.ts";
import { findAudience, findConsole } from "./registration.ts";
import { ROLE_RETRIES, retry } from "./retry.ts";
import { checkSecrets } from "./stored-secrets.ts";
import { tryText } from "./text-check.ts";

const outputSchema = z.object({ value: z.string() });
const outputsSchema = z.object({
  functionAppName: outputSchema,
  functionAppUrl: outputSchema,
  communicationName: outputSchema,
  keyVaultName: outputSchema,
  serviceBusName: outputSchema,
  storageName: outputSchema,
  insightsAppId: outputSchema,
  dashboardUrl: outputSchema,
});
type Outputs = z.infer<typeof outputsSchema>;

const main = async (): Promise<number> => {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === "help") {
    console.log(HELP);
    return 0;
  }
  if (options.dryRun) {
    console.log(scriptFor(options));
    return 0;
  }
  const prompt = openPrompt();
  try {
    return await run(options, prompt);
  } finally {
    prompt.close();
  }
};

const run = async (options: DeployOptions, prompt: Prompt): Promise<number> => {
  const account = await checkTools(makeAz(process.env));
  const target = { ...options, settings: await completed(options) };
  const az = makeAz({ ...process.env, ...target.settings });
  const settings = await readSettings(az, target);
  await checkSecrets(az, target, settings);

  heading("Changes");
  await az.show(firstPass(target, "what-if"));
  if (!options.yes && !isYes(await prompt.ask(`Deploy to ${groupOf(options)} in ${account}? [y/N] `))) {
    console.log("Nothing was deployed.");
    return 1;
  }
  const outputs = await deploy(az, target, settings);
  await tryFirstText(az, options, { prompt, outputs });
  return 0;
};

/** Adds what the parameter files read and Azure knows: the client ids of the API and the console, and a deleted vault. */
const completed = async (options: DeployOptions): Promise<Target["settings"]> => {
  const az = makeAz(process.env);
  const { settings, environment } = options;
  const audience = settings.HILO_API_AUDIENCE ?? (await findAudience(az, environment));
  const consoleId = settings.HILO_CONSOLE_CLIENT_ID ?? (await findConsole(az, environment));
  if (consoleId === undefined) {
    console.log(
      `The console is not registered, so people cannot sign in to it. Run: npm run register -- --env ${environment}`,
    );
  }
  const vault = await deletedVaultOf(az, options);
  if (vault !== undefined)
    console.log(`The vault ${vault} was deleted. It is recovered, with the key of the thread ids.`);
  return {
    ...settings,
    HILO_API_AUDIENCE: audience,
    ...(consoleId !== undefined && { HILO_CONSOLE_CLIENT_ID: consoleId }),
    ...(vault !== undefined && { HILO_RECOVER_VAULT: "true" }),
  };
};

const deploy = async (az: Az, target: Target, settings: EnvironmentSettings): Promise<Outputs> => {
  heading("Package"); // first, so that a failed build changes nothing
  await packageApp();

  heading("Resources");
  await createResources(az, target, settings);
  const outputs = outputsSchema.parse(JSON.parse(await az.read(outputsOf(target))));
  const email = target.settings.HILO_ALERT_EMAIL ?? "";
  const change = await updateBudget(az, target, { amount: settings.monthlyBudget, email });
  if (change !== undefined) console.log(change);

  heading("App");
  const name = outputs.functionAppName.value;
  await retry("Publishing", () => az.show(publish(target, name, PACKAGE)), ROLE_RETRIES);
  await awaitHealth(az, target, { name, url: outputs.functionAppUrl.value });

  // Last, because from now on customers' texts arrive, and only a healthy app can store them.
  heading("Events");
  await retry("Connecting the events", () => az.show(secondPass(target)), ROLE_RETRIES);
  console.log(summaryOf(target, outputs));
  return outputs;
};

const createResources = async (az: Az, target: Target, { keepsDeadLetters }: EnvironmentSettings): Promise<void> => {
  try {
    await az.show(firstPass(target, "create"));
  } catch (error) {
    if (!(error instanceof UsageError) || !keepsDeadLetters) throw error;
    throw new UsageError(`${error.message}
If Azure refuses the identity of the system topic ("unavailable for location 'global'"): remove keepsDeadLetters of
${target.environment} from bicep/params/environments.bicep, and run this command again.`);
  }
};

interface FirstText {
  readonly prompt: Prompt;
  readonly outputs: Outputs;
}

/** The only proof that a text of a customer arrives: a text. */
const tryFirstText = async (
  az: Az,
  { environment, skipText }: DeployOptions,
  { prompt, outputs }: FirstText,
): Promise<void> => {
  heading("Text");
  const isTried = !skipText && (await tryText(az, prompt, { insightsAppId: outputs.insightsAppId.value }));
  if (isTried) return;
  console.log(`No text was tried. When a number is connected: npm run try-text -- --env ${environment}`);
};

/** The end of the input counts as no. */
const isYes = (answer: string | undefined): boolean => /^y(es)?$/i.test(answer ?? "");

const heading = (text: string): void => console.log(`\n== ${text}`);

const summaryOf = (target: Target, outputs: Outputs): string => `
Hilo runs in ${groupOf(target)}.

  app             ${outputs.functionAppUrl.value}/api
  API             ${outputs.functionAppUrl.value}/api/openapi.json
  dashboard       ${outputs.dashboardUrl.value}
  log             application id ${outputs.insightsAppId.value} (Application Insights)
  numbers         ${outputs.communicationName.value} (Azure Communication Services)
  dead letters    ${outputs.serviceBusName.value} (Service Bus)
  storage         ${outputs.storageName.value}
  secrets         ${outputs.keyVaultName.value} (Key Vault)

Next, if it is new: npm run register -- --env ${target.environment} adds the address of the console. Then get a number: see "Connect
an ACS number" in docs/runbook.md.`;

await runCommand(HELP, main);
