import { parseArgs } from "node:util";
import { type Az, checkLogin, makeAz } from "./az.ts";
import { runCommand, UsageError } from "./command.ts";
import { ENVIRONMENTS, type Environment, isEnvironment, outputOf } from "./deployment.ts";
import { FIRST_ROLE, giveRole, isRoleGiven, ROLE_NAMES, register } from "./registration.ts";
import { undefinedIfNotFound } from "./rest.ts";

const HELP = `Registers an environment in Microsoft Entra ID, so that people can get tokens for it: the API with its roles, and the
console. The first person who registers it becomes its Administrator. You can repeat it at any time: after the first
deployment it adds the address of the console.

Usage: npm run register -- --env ${ENVIRONMENTS.join("|")} [options]

  --env E                 environment
  --resource-group NAME   the existing group that it is deployed into, if it is
  --role R                gives a role: ${ROLE_NAMES.join(", ")}
  --person ID             object id of the person or group that gets the role; you by default
  --help                  print this help`;

interface Options {
  readonly environment: Environment;
  readonly existingGroup?: string;
  readonly role: string | undefined;
  readonly person: string | undefined;
}

const readOptions = (): Options | "help" => {
  const { values } = parseArgs({
    options: {
      env: { type: "string" },
      "resource-group": { type: "string" },
      role: { type: "string" },
      person: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const { env, role, person } = values;
  if (!isEnvironment(env)) throw new UsageError(`Give the environment: --env ${ENVIRONMENTS.join("|")}`);
  if (role !== undefined && !ROLE_NAMES.includes(role)) {
    throw new UsageError(`There is no role ${role}. The roles are ${ROLE_NAMES.join(", ")}.`);
  }
  if (person !== undefined && role === undefined) throw new UsageError("Say which role the person gets: --role");
  const existingGroup = values["resource-group"];
  return { environment: env, role, person, ...(existingGroup !== undefined && { existingGroup }) };
};

const main = async (): Promise<number> => {
  const options = readOptions();
  if (options === "help") {
    console.log(HELP);
    return 0;
  }
  const az = makeAz(process.env);
  await checkLogin(az);
  const { environment } = options;
  const appUrl = await appUrlOf(az, options);
  const { audience, consoleId } = await register(az, { environment, appUrl });
  console.log(`${environment} is registered.

  API       ${audience} (api://${audience})
  console   ${consoleId}${appUrl === undefined ? ", without an address: run this again after the deployment" : ` at ${appUrl}/console/`}
`);
  await giveRoles(az, audience, options);
  return 0;
};

/** @returns undefined before the first deployment. */
const appUrlOf = async (az: Az, { environment, ...options }: Options): Promise<string | undefined> => {
  const target = { environment, settings: {}, ...options };
  const url = (await undefinedIfNotFound(az.read(outputOf(target, "functionAppUrl"))))?.trim();
  return url === "" ? undefined : url;
};

const giveRoles = async (az: Az, audience: string, { role, person }: Options): Promise<void> => {
  if (role === undefined && (await isRoleGiven(az, audience, FIRST_ROLE))) return;
  const given = role ?? FIRST_ROLE;
  const receiver = person ?? (await signedInPerson(az));
  const isNew = await giveRole(az, { audience, person: receiver, role: given });
  const who = person === undefined ? "You have" : `${person} has`;
  console.log(`${who} the role ${given}${isNew ? " now. A new token shows it after a minute" : " already"}.`);
};

const signedInPerson = async (az: Az): Promise<string> => {
  try {
    return (await az.read(["ad", "signed-in-user", "show", "--query", "id", "--output", "tsv"])).trim();
  } catch (cause) {
    throw new UsageError(
      `You are not logged in as a person. Say who becomes the first administrator: --role ${FIRST_ROLE} --person ID`,
      { cause },
    );
  }
};

await runCommand(HELP, main);
