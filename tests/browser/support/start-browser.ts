import type { TestProject } from "vitest/node";
import { buildApp } from "../../../build.ts";
import { buildConsole } from "../../../console/build.ts";
import { startBrowser } from "./browser.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The address of the browser; empty when the machine has none. */
    readonly browser: string;
  }
}

/** Builds what the browser tests use, and starts one browser for all of them. */
export default async (project: TestProject): Promise<() => Promise<void>> => {
  const [server] = await Promise.all([startBrowser(), buildApp(), buildConsole()]);
  if (!server) console.log("SKIPPED: the browser tests, because this machine has neither Chrome nor Edge.");
  project.provide("browser", server?.wsEndpoint() ?? "");
  return async () => server?.close();
};
