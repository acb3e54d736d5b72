import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import * as z from "zod";
import { UsageError } from "./command.ts";
import type { AzCall } from "./deployment.ts";

const ROOT = join(import.meta.dirname, "../..");
/** From this version on a package can be published to the Flex Consumption plan. */
const MIN_AZ = "2.60.0";
/** From this version on a resource can be made only if it is not there. */
const MIN_BICEP = "0.38.3";

/** The Azure CLI. Each call throws UsageError when it does not end well. */
export interface Az {
  /** Runs a command that a person watches. */
  show(args: AzCall): Promise<void>;
  /** Runs a command for its answer. */
  read(args: AzCall): Promise<string>;
}

/** @param environment - what the commands see, the settings of the parameter files among it. */
export const makeAz = (environment: NodeJS.ProcessEnv): Az => {
  const run = async (args: AzCall, watched: boolean): Promise<string> => {
    const child = spawn("az", args, {
      cwd: ROOT,
      env: environment,
      stdio: ["ignore", watched ? "inherit" : "pipe", watched ? "inherit" : "pipe"],
      shell: process.platform === "win32", // where it is a batch file
    });
    const ended = once(child, "close");
    const [said, complaint] = await Promise.all([
      child.stdout ? text(child.stdout) : "",
      child.stderr ? text(child.stderr) : "",
      ended.catch(() => {
        throw new UsageError("The Azure CLI is not there. Install it (https://aka.ms/azure-cli), then: az login");
      }),
    ]);
    const [code] = await ended;
    if (code !== 0) throw new UsageError(`This did not end well: az ${args.join(" ")}\n${complaint}`.trim());
    return said;
  };
  return {
    show: async (args) => void (await run(args, true)),
    read: (args) => run(args, false),
  };
};

const versionSchema = z.object({ "azure-cli": z.string() });
const accountSchema = z.object({ name: z.string(), id: z.string() });

/**
 * Makes sure that the Azure CLI can do what is asked of it.
 * @returns the subscription, for people.
 * @throws UsageError that says what to install or to do.
 */
export const checkTools = async (az: Az): Promise<string> => {
  const version = versionSchema.parse(JSON.parse(await az.read(["version", "--output", "json"])))["azure-cli"];
  if (isOlder(version, MIN_AZ)) {
    throw new UsageError(`The Azure CLI is version ${version}; it has to be ${MIN_AZ} or later. Run: az upgrade`);
  }
  const bicep = await az.read(["bicep", "version"]).catch((cause: unknown) => {
    throw new UsageError("The Azure CLI has no Bicep yet. Run: az bicep install", { cause });
  });
  const bicepVersion = /\d+\.\d+\.\d+/.exec(bicep)?.[0] ?? "";
  if (isOlder(bicepVersion, MIN_BICEP)) {
    throw new UsageError(`Bicep is version ${bicepVersion}; it has to be ${MIN_BICEP} or later. Run: az bicep upgrade`);
  }
  const account = await az.read(["account", "show", "--output", "json"]).catch((cause: unknown) => {
    throw new UsageError("The Azure CLI is not logged in. Run: az login", { cause });
  });
  const { name, id } = accountSchema.parse(JSON.parse(account));
  return `${name} (${id})`;
};

const isOlder = (version: string, than: string): boolean => version.localeCompare(than, "en", { numeric: true }) < 0;
