import { firstPass, outputOf, publish, secondPass, type Target } from "./deployment.ts";
import { PACKAGE } from "./package.ts";
import { audienceOf, consoleClientOf } from "./registration.ts";

/** A deployment as a shell script. The script reads the names that Azure generates from the outputs of the first pass. */
export const scriptFor = (target: Target): string => {
  const az = (args: readonly string[]) => ["az", ...args].map(quoted).join(" ");
  const output = (name: string) => `$(${az(outputOf(target, name))})`;
  const audience = `export HILO_API_AUDIENCE=$(${az(audienceOf(target.environment))})`;
  const consoleClient = `export HILO_CONSOLE_CLIENT_ID=$(${az(consoleClientOf(target.environment))})`;
  return [
    ...(target.settings.HILO_API_AUDIENCE === undefined ? [audience] : []),
    ...(target.settings.HILO_CONSOLE_CLIENT_ID === undefined ? [consoleClient] : []),
    ...Object.entries(target.settings).map(([name, value]) => `export ${name}=${quoted(value)}`),
    az(firstPass(target, "what-if")),
    "npm run package",
    az(firstPass(target, "create")),
    `APP=${output("functionAppName")}`,
    `URL=${output("functionAppUrl")}`,
    az(publish(target, "$APP", PACKAGE)),
    `curl --fail --silent --retry 60 --retry-delay 10 --retry-all-errors "$URL/api/health"`,
    az(secondPass(target)),
  ].join("\n");
};

const quoted = (text: string): string => {
  if (text.startsWith("$")) return `"${text}"`;
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
};
