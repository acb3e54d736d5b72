import { firstPass, outputsOf, publish, secondPass, type Target } from "./deployment.ts";
import { PACKAGE } from "./package.ts";
import { FOR_HEALTH } from "./retry.ts";

/** A deployment as a script for a shell. What Azure names, the script asks for. */
export const scriptFor = (target: Target): string => {
  const az = (args: readonly string[]) => ["az", ...args].map(quoted).join(" ");
  const output = (name: string) =>
    `$(${az(outputsOf(target))
      .replace("properties.outputs", `properties.outputs.${name}.value`)
      .replace("--output json", "--output tsv")})`;
  return [
    ...Object.entries(target.settings).map(([name, value]) => `export ${name}=${quoted(value)}`),
    az(firstPass(target, "what-if")),
    "npm run package",
    az(firstPass(target, "create")),
    `APP=${output("functionAppName")}`,
    `URL=${output("functionAppUrl")}`,
    az(publish(target, "$APP", PACKAGE)),
    `curl --fail --silent --retry ${FOR_HEALTH.tries} --retry-delay ${FOR_HEALTH.pauseMs / 1000} --retry-all-errors "$URL/api/health"`,
    az(secondPass(target)),
  ].join("\n");
};

const quoted = (text: string): string => {
  if (text.startsWith("$")) return `"${text}"`;
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
};
