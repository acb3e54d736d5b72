import { createInterface } from "node:readline/promises";
import * as z from "zod";
import { type Az, checkTools, makeAz } from "./az.ts";
import { runCommand, UsageError } from "./command.ts";
import { HELP, readOptions } from "./deploy-options.ts";
import { scriptFor } from "./deploy-script.ts";
import { firstPass, groupOf, outputsOf, publish, secondPass, type Target } from "./deployment.ts";
import { PACKAGE, packageApp } from "./package.ts";
import { HEALTH_RETRIES, ROLE_RETRIES, retry, waitForHealthy } from "./retry.ts";
import { checkSecrets } from "./stored-secrets.ts";

const outputSchema = z.object({ value: z.string() });
const outputsSchema = z.object({
  functionAppName: outputSchema,
  functionAppUrl: outputSchema,
  communicationName: outputSchema,
  keyVaultName: outputSchema,
  serviceBusName: outputSchema,
  storageName: outputSchema,
  insightsId: outputSchema,
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
  const az = makeAz({ ...process.env, ...options.settings });
  const account = await checkTools(az);
  await checkSecrets(az, options);

  heading("Changes");
  await az.show(firstPass(options, "what-if"));
  if (!options.yes && !(await confirm(`Deploy to ${groupOf(options)} in ${account}? [y/N] `))) {
    console.log("Nothing was deployed.");
    return 1;
  }
  await deploy(az, options);
  return 0;
};

const deploy = async (az: Az, target: Target): Promise<void> => {
  heading("Package"); // first, so that a failed build changes nothing
  await packageApp();

  heading("Resources");
  await az.show(firstPass(target, "create"));
  const outputs = outputsSchema.parse(JSON.parse(await az.read(outputsOf(target))));

  heading("App");
  await retry("Publishing", () => az.show(publish(target, outputs.functionAppName.value, PACKAGE)), ROLE_RETRIES);
  await waitForHealth(outputs.functionAppUrl.value);

  // Last, because from now on customers' texts arrive, and only a healthy app can store them.
  heading("Events");
  await retry("Connecting the events", () => az.show(secondPass(target)), ROLE_RETRIES);
  console.log(summaryOf(target, outputs));
};

/** Asks a question on the console. The end of the input counts as no. */
const confirm = async (question: string): Promise<boolean> => {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const closed = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
  const answer = await Promise.race([lines.question(question), closed]);
  lines.close();
  return /^y(es)?$/i.test(answer.trim());
};

/** @throws UsageError when the app does not become healthy. */
const waitForHealth = async (url: string): Promise<void> => {
  const last = await waitForHealthy(`${url}/api/health`, HEALTH_RETRIES);
  if (last !== undefined) {
    throw new UsageError(`${url}/api/health does not become 200: ${last}.
The events are not connected. See docs/runbook.md for the cause, then run this command again.`);
  }
  console.log(`${url}/api/health is 200: the app is healthy.`);
};

const heading = (text: string): void => console.log(`\n== ${text}`);

const summaryOf = (target: Target, outputs: Outputs): string => `
Hilo runs in ${groupOf(target)}.

  app             ${outputs.functionAppUrl.value}/api
  API             ${outputs.functionAppUrl.value}/api/openapi.json
  dashboard       ${outputs.dashboardUrl.value}
  log             ${outputs.insightsId.value.split("/").at(-1)} (Application Insights)
  numbers         ${outputs.communicationName.value} (Azure Communication Services)
  dead letters    ${outputs.serviceBusName.value} (Service Bus)
  storage         ${outputs.storageName.value}
  secrets         ${outputs.keyVaultName.value} (Key Vault)

Next: get a number. See "Connect an ACS number" in docs/runbook.md.`;

await runCommand(HELP, main);
