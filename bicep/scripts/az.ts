import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import * as z from "zod";
import { UsageError } from "./command.ts";
import type { AzCall } from "./deployment.ts";

const ROOT = join(import.meta.dirname, "../..");
/** The first version that can publish a package to the Flex Consumption plan. */
const MIN_AZ = "2.60.0";
/** The first version with `@onlyIfNotExists`. */
const MIN_BICEP = "0.38.3";

/** The Azure CLI. Each call throws UsageError when it fails. */
export interface Az {
  /** Runs a command with its output on the console. */
  show(args: AzCall): Promise<void>;
  /** Runs a command. @returns its output. */
  read(args: AzCall): Promise<string>;
}

/** @param environment - the environment variables of the commands, including those that the parameter files read. */
export const makeAz = (environment: NodeJS.ProcessEnv): Az => {
  const run = async (args: AzCall, isShown: boolean): Promise<string> => {
    const child = spawn("az", args, {
      cwd: ROOT,
      env: environment,
      stdio: ["ignore", isShown ? "inherit" : "pipe", isShown ? "inherit" : "pipe"],
      shell: process.platform === "win32", // az is a batch file there
    });
    const ended = once(child, "close");
    const [output, errors] = await Promise.all([
      child.stdout ? text(child.stdout) : "",
      child.stderr ? text(child.stderr) : "",
      ended.catch(() => {
        throw new UsageError(
          "The Azure CLI is not installed. Install it (https://aka.ms/azure-cli), then run: az login",
        );
      }),
    ]);
    const [code] = await ended;
    if (code !== 0) throw new UsageError(`Failed: az ${args.join(" ")}\n${errors}`.trim());
    return output;
  };
  return {
    show: async (args) => void (await run(args, true)),
    read: (args) => run(args, false),
  };
};

const versionSchema = z.object({ "azure-cli": z.string() });
const accountSchema = z.object({ name: z.string(), id: z.string() });

/**
 * Checks the version of the Azure CLI, and the login.
 * @returns the name and the id of the subscription.
 * @throws UsageError that says what to install or run.
 */
export const checkLogin = async (az: Az): Promise<string> => {
  const version = versionSchema.parse(JSON.parse(await az.read(["version", "--output", "json"])))["azure-cli"];
  if (isOlder(version, MIN_AZ)) {
    throw new UsageError(`The Azure CLI is version ${version}; ${MIN_AZ} or later is required. Run: az upgrade`);
  }
  const account = await az.read(["account", "show", "--output", "json"]).catch((cause: unknown) => {
    throw new UsageError("The Azure CLI is not logged in. Run: az login", { cause });
  });
  const { name, id } = accountSchema.parse(JSON.parse(account));
  return `${name} (${id})`;
};

/**
 * Checks the versions of the Azure CLI and Bicep, and the login.
 * @returns the name and the id of the subscription.
 * @throws UsageError that says what to install or run.
 */
export const checkTools = async (az: Az): Promise<string> => {
  const account = await checkLogin(az);
  const bicep = await az.read(["bicep", "version"]).catch((cause: unknown) => {
    throw new UsageError("The Azure CLI has no Bicep. Run: az bicep install", { cause });
  });
  const bicepVersion = /\d+\.\d+\.\d+/.exec(bicep)?.[0] ?? "";
  if (isOlder(bicepVersion, MIN_BICEP)) {
    throw new UsageError(`Bicep is version ${bicepVersion}; ${MIN_BICEP} or later is required. Run: az bicep upgrade`);
  }
  return account;
};

const isOlder = (version: string, than: string): boolean => version.localeCompare(than, "en", { numeric: true }) < 0;
