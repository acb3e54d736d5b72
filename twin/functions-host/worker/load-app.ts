import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { toErrorData } from "./messages.ts";

/**
 * Loads the `main` file of the app's package.json, which registers functions and hooks.
 * @throws Error with the file and the reason.
 */
export const loadApp = (appRoot: string): void => {
  const packageFile = join(appRoot, "package.json");
  const { main }: { main?: unknown } = JSON.parse(readFileSync(packageFile, "utf8"));
  if (typeof main !== "string") throw new Error(`${packageFile} has no "main" file`);
  try {
    createRequire(packageFile)(join(appRoot, main));
  } catch (cause) {
    const { message } = toErrorData(cause);
    throw new Error(`Worker was unable to load entry point "${main}": ${message}`, { cause });
  }
};
