import { createInterface } from "node:readline/promises";
import * as z from "zod";
import { type Az, checkTools, makeAz } from "./az.ts";
import { runCommand, UsageError } from "./command.ts";
import { HELP, readOptions } from "./deploy-options.ts";
import { scriptFor } from "./deploy-script.ts";
import { firstPass, groupOf, outputsOf, publish, secondPass, type Target } from "./deployment.ts";
import { PACKAGE, packageApp } from "./package.ts";
import { again, FOR_HEALTH, FOR_ROLES, untilWell } from "./retry.ts";
import { checkSecrets } from "./stored-secrets.ts";

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
  heading("The package"); // first: an app that cannot be built changes nothing
  await packageApp();

  heading("Everything but the events");
  await az.show(firstPass(target, "create"));
  const outputs = outputsSchema.parse(JSON.parse(await az.read(outputsOf(target))));

  heading("The app");
  await again("Publishing", () => az.show(publish(target, outputs.functionAppName.value, PACKAGE)), FOR_ROLES);
  await waitForHealth(outputs.functionAppUrl.value);

  // Last: from now on customers' texts arrive, and the app that gets them is known to be well.
  heading("The events");
  await again("This", () => az.show(secondPass(target)), FOR_ROLES);
  console.log(whereIs(target, outputs));
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
The second pass, which has events delivered to it, was not run. docs/runbook.md says where to look; then run this again.`);
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
