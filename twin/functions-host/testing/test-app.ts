import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { onTestFinished } from "vitest";
import { TwinClock } from "../../clock.ts";
import { TaskHub } from "../durable/task-hub.ts";
import { type FunctionsHost, type FunctionsHostOptions, startFunctionsHost } from "../functions-host.ts";
import type { LogEntry } from "../log.ts";

/** Imports for the source of every test app. */
const PREAMBLE = `import { app } from "@azure/functions"; import * as df from "durable-functions";`;

/**
 * Bundles an app to one CJS file without `@azure/functions-core`, as apps are deployed.
 * @param source - the code that registers functions; may use `app` and `df`.
 * @returns the folder of the app, which is deleted after the test.
 */
export const buildApp = async (source: string, hostJson: object = {}): Promise<string> => {
  const appRoot = await mkdtemp(join(tmpdir(), "hilo-app-"));
  onTestFinished(() => rm(appRoot, { recursive: true }));
  await writeFile(join(appRoot, "host.json"), JSON.stringify({ version: "2.0", ...hostJson }));
  await writeFile(join(appRoot, "package.json"), JSON.stringify({ type: "module", main: "dist/main.cjs" }));
  await build({
    stdin: { contents: PREAMBLE + source, loader: "ts", resolveDir: import.meta.dirname },
    outfile: join(appRoot, "dist/main.cjs"),
    bundle: true,
    platform: "node",
    format: "cjs",
    external: ["@azure/functions-core"],
  });
  return appRoot;
};

/** A host with a test app. */
export interface TestHost {
  readonly host: FunctionsHost;
  readonly clock: TwinClock;
  readonly appRoot: string;
  /** The whole log so far. */
  readonly log: readonly LogEntry[];
  /** The messages that the app has logged with its context so far. */
  appLog(): string[];
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

/** Runs an app on a new host with a free port until the end of the test. */
export const startTestApp = async (
  source: string,
  { hostJson, ...options }: Partial<FunctionsHostOptions> & { hostJson?: object } = {},
): Promise<TestHost> => {
  const appRoot = options.appRoot ?? (await buildApp(source, hostJson));
  const clock = options.clock ?? new TwinClock();
  const log: LogEntry[] = [];
  const host = await startFunctionsHost({
    settings: {},
    port: 0,
    taskHub: new TaskHub({ clock }),
    log: (entry) => log.push(entry),
    ...options,
    appRoot,
    clock,
  });
  onTestFinished(() => host.kill());
  return {
    host,
    clock,
    appRoot,
    log,
    appLog: () => log.filter((entry) => entry.source === "app").map((entry) => entry.message),
    fetch: (path, init) => fetch(host.url + path, init),
  };
};
