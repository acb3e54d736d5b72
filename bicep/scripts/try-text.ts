import { parseArgs } from "node:util";
import { checkLogin, makeAz } from "./az.ts";
import { runCommand, UsageError } from "./command.ts";
import { ENVIRONMENTS, isEnvironment, outputOf } from "./deployment.ts";
import { openPrompt } from "./prompt.ts";
import { undefinedIfNotFound } from "./rest.ts";
import { tryText } from "./text-check.ts";

const HELP = `Asks you to text a number of an environment, waits for the text in the log, and prints its way through the app. It
needs the Azure CLI, logged in, and the right to read the log.

Usage: npm run try-text -- --env ${ENVIRONMENTS.join("|")} [options]

  --env E                 environment
  --resource-group NAME   the existing group that it is deployed into, if it is
  --help                  print this help`;

const main = async (): Promise<number> => {
  const { values } = parseArgs({
    options: {
      env: { type: "string" },
      "resource-group": { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const { env, "resource-group": existingGroup } = values;
  if (!isEnvironment(env)) throw new UsageError(`Give the environment: --env ${ENVIRONMENTS.join("|")}`);
  const az = makeAz(process.env);
  await checkLogin(az);
  const target = { environment: env, settings: {}, ...(existingGroup !== undefined && { existingGroup }) };
  const insightsAppId = (await undefinedIfNotFound(az.read(outputOf(target, "insightsAppId"))))?.trim() ?? "";
  if (insightsAppId === "") throw new UsageError(`${env} is not deployed. Run: npm run deploy -- --env ${env}`);
  const prompt = openPrompt();
  try {
    return (await tryText(az, prompt, { insightsAppId })) ? 0 : 1;
  } finally {
    prompt.close();
  }
};

await runCommand(HELP, main);
